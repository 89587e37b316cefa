import { useEffect, useRef, useState } from 'preact/hooks';
import type { Overview } from '../../src/agent/owner-api.ts';
import { IconButton } from '../ui/controls.tsx';
import { useAction, useLive, useNow, type Live } from '../ui/hooks.ts';
import { Icon, Mark, type IconName } from '../ui/icons.tsx';
import { Locked } from '../ui/locked.tsx';
import { DevelopmentNotice, Fault } from '../ui/notices.tsx';
import { StatusLine } from '../ui/status-line.tsx';
import { VaultProgress } from '../ui/vault-progress.tsx';
import { useWorld, type SettingsSection } from '../ui/world.ts';
import { Apps } from './apps.tsx';
import { Blocked } from './blocked.tsx';
import { DataLater } from './data-later.tsx';
import { General } from './general.tsx';
import { Lock } from './lock.tsx';
import { Servers } from './servers.tsx';
import { Welcome } from './welcome.tsx';

const SECTIONS: readonly { readonly id: SettingsSection; readonly title: string; readonly icon: IconName }[] =
  [
    { id: 'general', title: 'General', icon: 'settings' },
    { id: 'apps', title: 'Connected apps', icon: 'apps' },
    { id: 'servers', title: 'Servers', icon: 'server' },
    { id: 'blocked', title: 'Blocked people', icon: 'block' },
    { id: 'lock', title: 'Lock and keys', icon: 'key' },
    { id: 'data', title: 'Your data', icon: 'box' },
  ];

/** Where the extension opens by itself when it is new. */
const WELCOME = 'welcome';

/** The settings page: one section at a time, named by the address's hash; first of all the welcome. */
export function Settings() {
  const { owner } = useWorld();
  const hash = useHash();
  const overview = useLive(() => owner.overview());
  const vault = overview.value?.vault;
  const isLocked = vault?.state === 'locked';
  const isNew = hash === WELCOME && vault?.state === 'none';
  return (
    <>
      <DevelopmentNotice on={overview.value?.development ?? false} />
      {overview.value !== undefined && isLocked && <Locked overview={overview.value} />}
      {isNew && <Welcome onDone={() => location.assign('#apps')} />}
      {!isLocked && !isNew && <Sections overview={overview} section={sectionOf(hash)} />}
    </>
  );
}

interface SectionsProps {
  readonly overview: Live<Overview>;
  readonly section: SettingsSection;
}

function Sections({ overview, section }: SectionsProps) {
  const { owner } = useWorld();
  const now = useNow();
  const lock = useAction(() => owner.lock());
  const main = useRef<HTMLElement>(null);
  const apps = overview.value?.apps;
  return (
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
            <a key={id} class="side-link" href={`#${id}`} aria-current={section === id ? 'page' : undefined}>
              <Icon name={icon} small /> {title}
            </a>
          ))}
        </nav>
        {overview.value !== undefined && (
          <footer class="side-status">
            <StatusLine overview={overview.value} busy={overview.value.sync.state === 'busy'} />
            {overview.value.vault.state === 'open' && (
              <IconButton label="Lock now" icon="lock" onClick={() => void lock.run()} />
            )}
          </footer>
        )}
      </aside>
      <main ref={main} tabIndex={-1} class="column">
        <Fault error={overview.error} />
        {overview.value === undefined && <VaultProgress />}
        {section === 'general' && <General />}
        {section === 'apps' && apps !== undefined && (
          <Apps apps={apps} quiet={overview.value?.quiet ?? []} now={now} />
        )}
        {section === 'servers' && apps !== undefined && (
          <Servers apps={apps} clockOffset={overview.value?.clockOffset ?? 0} now={now} />
        )}
        {section === 'blocked' && apps !== undefined && <Blocked apps={apps} />}
        {section === 'lock' && overview.value !== undefined && <Lock vault={overview.value.vault} />}
        {section === 'data' && <DataLater />}
      </main>
    </div>
  );
}

function skipTo(event: MouseEvent, main: HTMLElement | null): void {
  event.preventDefault();
  main?.focus();
}

function useHash(): string {
  const [hash, setHash] = useState(location.hash.slice(1));
  useEffect(() => {
    const update = () => setHash(location.hash.slice(1));
    addEventListener('hashchange', update);
    return () => removeEventListener('hashchange', update);
  }, []);
  return hash;
}

function sectionOf(hash: string): SettingsSection {
  return SECTIONS.find(({ id }) => id === hash)?.id ?? 'apps';
}
