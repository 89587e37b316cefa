import { useEffect, useRef, useState } from 'preact/hooks';
import { useLive, useNow } from '../ui/hooks.ts';
import { Icon, Mark, type IconName } from '../ui/icons.tsx';
import { DevelopmentNotice, Fault } from '../ui/notices.tsx';
import { StatusLine } from '../ui/status-line.tsx';
import { useWorld, type SettingsSection } from '../ui/world.ts';
import { Apps } from './apps.tsx';
import { Blocked } from './blocked.tsx';
import { General } from './general.tsx';
import { Servers } from './servers.tsx';

const SECTIONS: readonly { readonly id: SettingsSection; readonly title: string; readonly icon: IconName }[] =
  [
    { id: 'general', title: 'General', icon: 'settings' },
    { id: 'apps', title: 'Connected apps', icon: 'apps' },
    { id: 'servers', title: 'Servers', icon: 'server' },
    { id: 'blocked', title: 'Blocked people', icon: 'block' },
  ];

/** The settings page: one section at a time, named by the address's hash. */
export function Settings() {
  const { owner } = useWorld();
  const section = useSection();
  const now = useNow();
  const overview = useLive(() => owner.overview());
  const main = useRef<HTMLElement>(null);
  const apps = overview.value?.apps;
  return (
    <>
      <DevelopmentNotice on={overview.value?.development ?? false} />
      <div class="settings-frame">
        <a class="skip" href="#main" onClick={(event) => skipTo(event, main.current)}>
          Skip to the settings
        </a>
        <aside class="side">
          <p class="brand">
            <Mark /> Letterbox
          </p>
          <nav aria-label="Settings">
            {SECTIONS.map(({ id, title, icon }) => (
              <a
                key={id}
                class="side-link"
                href={`#${id}`}
                aria-current={section === id ? 'page' : undefined}
              >
                <Icon name={icon} small /> {title}
              </a>
            ))}
          </nav>
          {overview.value !== undefined && (
            <footer class="side-status">
              <StatusLine overview={overview.value} busy={overview.value.sync.state === 'busy'} />
            </footer>
          )}
        </aside>
        <main ref={main} tabIndex={-1} class="column">
          <Fault error={overview.error} />
          {section === 'general' && <General />}
          {section === 'apps' && apps !== undefined && <Apps apps={apps} now={now} />}
          {section === 'servers' && apps !== undefined && <Servers apps={apps} now={now} />}
          {section === 'blocked' && apps !== undefined && <Blocked apps={apps} />}
        </main>
      </div>
    </>
  );
}

function skipTo(event: MouseEvent, main: HTMLElement | null): void {
  event.preventDefault();
  main?.focus();
}

function useSection(): SettingsSection {
  const [hash, setHash] = useState(location.hash.slice(1));
  useEffect(() => {
    const update = () => setHash(location.hash.slice(1));
    addEventListener('hashchange', update);
    return () => removeEventListener('hashchange', update);
  }, []);
  return SECTIONS.find(({ id }) => id === hash)?.id ?? 'apps';
}
