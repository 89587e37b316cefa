import { useState } from 'preact/hooks';
import type { ConnectedApp } from '../../src/agent/owner-api.ts';
import type { Origin } from '../../src/protocol/ids.ts';
import { Button, Confirm } from '../ui/controls.tsx';
import { hostOf } from '../ui/format.ts';
import { useAction } from '../ui/hooks.ts';
import { Icon } from '../ui/icons.tsx';
import { Fault } from '../ui/notices.tsx';
import { Name, ShortAddress } from '../ui/people.tsx';
import { pausedWords, troubleOf } from '../ui/trouble.ts';
import { useWorld } from '../ui/world.ts';
import { accountsOf, accountTitle, showsGrants } from './account.ts';
import { AppGrants } from './app-grants.tsx';
import { CardHead } from './card-head.tsx';
import { StopDelivery } from './delivery.tsx';

interface AppCardProps {
  readonly app: ConnectedApp;
  readonly apps: readonly ConnectedApp[];
  readonly now: number;
  /** Its pages cannot reach this inbox: Letterbox is off at its site, or the browser took the permission away. */
  readonly off: 'off' | 'withheld' | undefined;
  /** Letterbox is on at all sites, so at its site whatever becomes of it. */
  readonly staysOn: boolean;
  readonly onEnabled: () => void;
}

/** One connected app: its inbox, its powers, and the end of both. */
export function AppCard({ app, apps, now, off, staysOn, onEnabled }: AppCardProps) {
  return (
    <section class="card" aria-label={accountTitle(app, apps)}>
      <CardHead
        app={app}
        apps={apps}
        detail={
          <bdi dir="ltr" title={app.app}>
            {hostOf(app.app)}
          </bdi>
        }
        action={<Disconnect app={app} apps={apps} staysOn={staysOn} />}
      />
      <dl class="facts plain">
        <dt>Inbox</dt>
        <dd>
          {app.name === undefined ? (
            <ShortAddress address={app.inbox} />
          ) : (
            <Name name={app.name.name} proven />
          )}
          {app.name !== undefined && (
            <span class="faint small">
              <ShortAddress address={app.inbox} />
            </span>
          )}
        </dd>
        {accountsOf(app, apps) > 1 && (
          <>
            <dt>Account</dt>
            <dd>{pageWords(app)}</dd>
          </>
        )}
        <dt>Storage</dt>
        <dd>
          <bdi dir="ltr">{hostOf(app.hub)}</bdi>
        </dd>
        <dt>Key</dt>
        <dd>
          <KeyState app={app} now={now} />
        </dd>
      </dl>
      {off !== undefined && <SiteOff app={app.app} off={off} onEnabled={onEnabled} />}
      {showsGrants(app, apps) ? (
        <AppGrants app={app} now={now} />
      ) : (
        <p class="card-words small faint">
          What this app may do stands with the account that its page is signed in with.
        </p>
      )}
      <StopDelivery app={app} apps={apps} />
    </section>
  );
}

interface SiteOffProps {
  readonly app: Origin;
  readonly off: 'off' | 'withheld';
  readonly onEnabled: () => void;
}

function SiteOff({ app, off, onEnabled }: SiteOffProps) {
  const { origins } = useWorld();
  const enable = useAction(() => origins.enable(app).then(onEnabled));
  return (
    <div class="card-row">
      <span class="grow caution-words">
        {off === 'off'
          ? 'Letterbox is off at this site.'
          : 'The browser took the permission for this site away.'}{' '}
        The app’s pages don’t reach their inbox. Mail comes here all the same.
      </span>
      <Button size="small" busy={enable.busy} onClick={() => void enable.run()}>
        Turn on
      </Button>
      <Fault error={enable.error} />
    </div>
  );
}

/** Of several accounts of one app: which one its page shows. */
function pageWords({ aside, state }: ConnectedApp): string {
  if (aside === true) return 'The app’s page is signed in with another one. Mail comes here all the same.';
  return state === 'paused'
    ? 'The app’s page was signed in with this one.'
    : 'The app’s page is signed in with this one.';
}

const KEY_WORDS = {
  ready: 'Here until the browser closes',
  waiting: 'Gone with the browser’s last run. Open the app once; it hands it over again.',
};

function keyWords(app: ConnectedApp): string {
  if (app.state !== 'paused') return KEY_WORDS[app.state];
  const { what, todo } = pausedWords(app);
  return `Paused. ${what} ${todo}`;
}

function KeyState({ app, now }: { readonly app: ConnectedApp; readonly now: number }) {
  const { visit } = useWorld();
  const trouble = troubleOf(app, now);
  return (
    <>
      <span>{keyWords(app)}</span>
      {app.state !== 'ready' && (
        <button type="button" class="link" onClick={() => visit(app.app)}>
          Open the app
        </button>
      )}
      {trouble !== undefined && (
        <span class="caution-line">
          <Icon name="warning" small /> <span>{[trouble.what, trouble.todo].join(' ').trim()}</span>
        </span>
      )}
    </>
  );
}

function Disconnect({ app, apps, staysOn }: Pick<AppCardProps, 'app' | 'apps' | 'staysOn'>) {
  const { owner, origins } = useWorld();
  const [asking, setAsking] = useState(false);
  const last = apps.every(({ inbox, app: origin }) => inbox === app.inbox || origin !== app.app);
  const disconnect = useAction(async () => {
    await owner.disconnect(app.inbox);
    if (last) await origins.disable(app.app);
  });
  const title = accountTitle(app, apps);
  return (
    <>
      <Button kind="danger" size="small" onClick={() => setAsking(true)}>
        Disconnect
      </Button>
      {asking && (
        <Confirm
          title={`Disconnect ${title}?`}
          action="Disconnect"
          cancel="Keep"
          busy={disconnect.busy}
          onCancel={() => setAsking(false)}
          onConfirm={() => void disconnect.run().then((done) => done && setAsking(false))}
        >
          Letterbox forgets its key
          {last ? lastWords(staysOn) : ' and fetches its mail no longer. Your other account there stays'}. You
          can connect it again at any time.
          <Fault error={disconnect.error} />
        </Confirm>
      )}
    </>
  );
}

function lastWords(staysOn: boolean): string {
  return staysOn
    ? ' and fetches its mail no longer'
    : ', fetches its mail no longer and turns itself off there';
}
