import type { ConnectedApp, Overview } from '../../src/agent/owner-api.ts';
import { LinkButton } from '../ui/controls.tsx';
import { list } from '../ui/format.ts';
import { ClockNotice } from '../ui/clock-notice.tsx';
import { DamageNotice } from '../ui/damage-notice.tsx';
import { useNow, useOnline } from '../ui/hooks.ts';
import { Banner } from '../ui/notices.tsx';
import { appTitle } from '../ui/people.tsx';
import { pausedWords, troubleOf } from '../ui/trouble.ts';
import { useWorld } from '../ui/world.ts';

/** What stands between the person and their mail, and what to do about it. */
export function Notices({ overview }: { readonly overview: Overview }) {
  const online = useOnline();
  const { apps } = overview;
  const failing = apps.filter(({ servers }) => servers.some(({ state }) => state === 'failed'));
  const waiting = apps.filter(({ state }) => state === 'waiting');
  const paused = apps.filter(({ state }) => state === 'paused');
  const now = useNow();
  const troubled = apps.filter((app) => app.state === 'ready' && troubleOf(app, now) !== undefined);
  return (
    <div class="notices">
      {!online && (
        <Banner icon="offline" what="You’re offline">
          Everything here is readable. What you write goes out later.
        </Banner>
      )}
      <ClockNotice offset={overview.clockOffset} />
      <DamageNotice rows={overview.vault.damaged} />
      {online && failing.length > 0 && <Failing failing={failing} apps={apps} />}
      {waiting.length > 0 && (
        <Waiting waiting={waiting} apps={apps} hasVault={overview.vault.state === 'open'} />
      )}
      {paused.map((app) => (
        <Paused key={app.inbox} app={app} apps={apps} />
      ))}
      {troubled.map((app) => (
        <Troubled key={app.inbox} app={app} apps={apps} now={now} />
      ))}
    </div>
  );
}

interface SomeApps {
  readonly apps: readonly ConnectedApp[];
}

function Failing({ failing, apps }: SomeApps & { readonly failing: readonly ConnectedApp[] }) {
  const { openSettings } = useWorld();
  const names = list(failing.map(({ app }) => appTitle(app, apps)));
  return (
    <Banner kind="caution" icon="warning" what={`${names}’s server doesn’t answer`}>
      {failing.length === 1 ? 'Its' : 'Their'} mail will be late. Senders keep trying.{' '}
      <LinkButton onClick={() => openSettings('servers')}>Details</LinkButton>
    </Banner>
  );
}

interface WaitingProps extends SomeApps {
  readonly waiting: readonly ConnectedApp[];
  readonly hasVault: boolean;
}

function Waiting({ waiting, apps, hasVault }: WaitingProps) {
  const names = list(waiting.map(({ app }) => appTitle(app, apps)));
  const one = waiting.length === 1;
  return (
    <Banner
      icon="key"
      what={`${names} ${one ? 'has' : 'have'} to hand ${one ? 'its key' : 'their keys'} over again`}
      links={waiting.map((app) => (
        <Visit key={app.inbox} app={app} apps={apps} />
      ))}
    >
      {hasVault ? '' : 'Keys last only until the browser closes. '}Mail waits on {one ? 'its' : 'their'}{' '}
      servers until then.
    </Banner>
  );
}

function Troubled({ app, apps, now }: SomeApps & { readonly app: ConnectedApp; readonly now: number }) {
  const words = troubleOf(app, now);
  if (words === undefined) return null;
  return (
    <Banner
      kind="caution"
      icon="warning"
      what={appTitle(app.app, apps)}
      links={<Visit app={app} apps={apps} />}
    >
      {words.what} {words.todo}
    </Banner>
  );
}

function Paused({ app, apps }: SomeApps & { readonly app: ConnectedApp }) {
  const words = pausedWords(app);
  return (
    <Banner
      kind="caution"
      icon="key"
      what={`${appTitle(app.app, apps)} is paused`}
      links={<Visit app={app} apps={apps} />}
    >
      {words.what} {words.todo}
    </Banner>
  );
}

function Visit({ app, apps }: SomeApps & { readonly app: ConnectedApp }) {
  const { visit } = useWorld();
  return <LinkButton onClick={() => visit(app.app)}>Open {appTitle(app.app, apps)}</LinkButton>;
}
