import { useState } from 'preact/hooks';
import type { KeptApp } from '../../src/agent/data-api.ts';
import { Button, Confirm } from '../ui/controls.tsx';
import { hostOf, list } from '../ui/format.ts';
import { useAction, useLive } from '../ui/hooks.ts';
import { Fault } from '../ui/notices.tsx';
import { AppIcon, ShortAddress } from '../ui/people.tsx';
import { sentenceFor } from '../ui/words.ts';
import { useWorld } from '../ui/world.ts';

/** What is kept of each app, and a way to delete it. */
export function DataApps() {
  const { owner } = useWorld();
  const kept = useLive(() => owner.keptApps());
  const apps = kept.value ?? [];
  return (
    <section class="card" aria-label="Delete an app’s data">
      <header class="card-head">
        <div class="grow">
          <h2>Delete an app’s data</h2>
          <p class="faint small">Its messages, people, what you sent, and its key, in this browser.</p>
        </div>
      </header>
      <Fault error={kept.error} />
      {kept.value !== undefined && apps.length === 0 && (
        <p class="card-words soft">Nothing is kept of any app.</p>
      )}
      {apps.map((app) => (
        <KeptRow key={app.inbox} app={app} />
      ))}
    </section>
  );
}

function KeptRow({ app }: { readonly app: KeptApp }) {
  const [asking, setAsking] = useState<'leave' | 'now' | undefined>();
  return (
    <div class="card-row">
      <AppIcon app={app} />
      <div class="grow">
        <p class="row-title">
          <bdi dir="ltr">{hostOf(app.app)}</bdi>
        </p>
        <p class="faint small">
          {app.name ?? <ShortAddress address={app.inbox} />}
          {app.state === 'disconnected' && ' · disconnected'}
        </p>
        {app.erasing && <Waiting app={app} />}
      </div>
      {app.erasing ? (
        <Button kind="danger" size="small" onClick={() => setAsking('now')}>
          Delete now
        </Button>
      ) : (
        <Button kind="danger" size="small" onClick={() => setAsking('leave')}>
          Delete data
        </Button>
      )}
      {asking !== undefined && <Ask app={app} how={asking} onDone={() => setAsking(undefined)} />}
    </div>
  );
}

/** What the deletion waits for, and why. */
function Waiting({ app }: { readonly app: KeptApp }) {
  const servers = list(app.untold.map(({ url }) => hostOf(url)));
  const why = app.problem ?? app.untold.find(({ problem }) => problem !== undefined)?.problem;
  if (!app.hasKey)
    return (
      <p class="caution-words small" role="status">
        Not deleted yet: without its key, {servers === '' ? 'its storage' : servers} can’t be told. Open the
        app once, or delete now.
      </p>
    );
  return (
    <p class="caution-words small" role="status">
      Not deleted yet: {servers === '' ? 'its storage' : servers} doesn’t know. Letterbox keeps trying.{' '}
      {why !== undefined && sentenceFor(why)}
    </p>
  );
}

interface AskProps {
  readonly app: KeptApp;
  readonly how: 'leave' | 'now';
  readonly onDone: () => void;
}

function Ask({ app, how, onDone }: AskProps) {
  const { owner, origins } = useWorld();
  const erase = useAction(async () => {
    await owner.eraseApp(app.inbox, how);
    const others = (await owner.keptApps()).filter(
      ({ app: origin, erasing }) => origin === app.app && !erasing,
    );
    if (others.length === 0) await origins.disable(app.app);
  });
  return (
    <Confirm
      title={
        how === 'leave' ? `Delete all of ${hostOf(app.app)}?` : 'Delete it although not everybody knows?'
      }
      action="Delete"
      cancel="Keep"
      busy={erase.busy}
      onCancel={onDone}
      onConfirm={() => void erase.run().then((done) => done && onDone())}
    >
      {how === 'leave'
        ? `${firstWords(app)} Then messages, people, what you sent, and the key are deleted here. What you stored in your own storage stays there, and so does what others keep.`
        : 'Servers that were not told keep what waits there for up to 30 days, and go on taking mail that nobody fetches. Here it is gone at once.'}
      <Fault error={erase.error} />
    </Confirm>
  );
}

function firstWords({ untold, state, hasKey }: KeptApp): string {
  if (state === 'disconnected') return 'It was disconnected before.';
  if (!hasKey) return 'Its key isn’t here, so its servers can’t be told.';
  const servers = list(untold.map(({ url }) => hostOf(url)));
  return servers === ''
    ? 'The app is disconnected first.'
    : `Letterbox leaves ${servers} first, where what waits is erased.`;
}
