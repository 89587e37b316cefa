import { useState } from 'preact/hooks';
import type { ConnectedApp } from '../../src/agent/owner-api.ts';
import type { ServerEntry } from '../../src/protocol/record.ts';
import { Confirm } from '../ui/controls.tsx';
import { whenWithin, hostOf, shortAddress } from '../ui/format.ts';
import { useAction } from '../ui/hooks.ts';
import { Fault } from '../ui/notices.tsx';
import { useWorld } from '../ui/world.ts';
import { accountTitle } from './account.ts';
import { AddServer } from './add-server.tsx';
import { CardHead } from './card-head.tsx';
import { Stopped } from './delivery.tsx';
import { LeavingRow } from './leaving-row.tsx';
import { moved } from './mover.tsx';
import { ServerRow } from './server-row.tsx';

interface ServerCardProps {
  readonly app: ConnectedApp;
  readonly apps: readonly ConnectedApp[];
  readonly now: number;
}

/** One app's servers. Every change publishes the order anew. */
export function ServerCard({ app, apps, now }: ServerCardProps) {
  const { owner } = useWorld();
  const [removing, setRemoving] = useState<ServerEntry | undefined>();
  const set = useAction((servers: readonly ServerEntry[]) => owner.setServers(app.inbox, servers));
  const entries = app.servers.map(({ entry }) => entry);
  const [removed, setRemoved] = useState<string | undefined>();
  const remove = ({ url }: ServerEntry) => {
    setRemoved(url);
    return set.run(entries.filter((other) => other.url !== url)); // which come anew with every change
  };
  const sync = (server: ServerEntry) => owner.syncServer({ inbox: app.inbox, server });
  const title = accountTitle(app, apps);
  return (
    <section class="card" aria-label={title} aria-busy={set.busy}>
      <CardHead
        app={app}
        apps={apps}
        detail={
          <>
            <bdi dir="ltr">{app.name?.name ?? shortAddress(app.inbox)}</bdi> ·{' '}
            {publishedWords(app, now, set.busy)}
          </>
        }
      />
      <ol>
        {app.servers.map((health, index) => (
          <ServerRow
            key={health.entry.url}
            health={health}
            others={app.servers.filter((other) => other !== health)}
            index={index}
            last={index === app.servers.length - 1}
            busy={set.busy}
            now={now}
            onMove={(by) => set.run(moved(entries, index, by))}
            onSync={() => sync(health.entry)}
            onInvite={(code) => owner.redeemInvite({ inbox: app.inbox, server: health.entry, code })}
            onRemove={() => (entries.length === 1 ? setRemoving(health.entry) : void remove(health.entry))}
          />
        ))}
      </ol>
      {app.leaving.length > 0 && (
        <ul aria-label="Removed servers">
          {app.leaving.map((server) => (
            <LeavingRow
              key={server.entry.url}
              server={server}
              busy={set.busy}
              now={now}
              isFresh={server.entry.url === removed}
              onPutBack={() => void set.run(entries.toSpliced(server.place, 0, server.entry))}
              onSync={() => sync(server.entry)}
            />
          ))}
        </ul>
      )}
      {app.isStopped && <Stopped app={app} apps={apps} />}
      {entries.length === 0 && !app.isStopped && (
        <p class="card-words caution-words">Nobody can leave mail for you here. Add a server.</p>
      )}
      <Fault error={set.error} />
      <AddServer
        taken={entries.map(({ url }) => url)}
        known={[...new Set(apps.flatMap(({ servers }) => servers.map(({ entry }) => entry.url)))]}
        onAdd={(url) => owner.setServers(app.inbox, [...entries, { type: 'letterbox', url }])}
      />
      {removing !== undefined && (
        <Confirm
          title="Remove the last server?"
          action="Remove"
          cancel="Keep"
          busy={set.busy}
          onCancel={() => setRemoving(undefined)}
          onConfirm={() => void remove(removing).then(() => setRemoving(undefined))}
        >
          Without <bdi dir="ltr">{hostOf(removing.url)}</bdi> nobody can leave mail for you in {title}. What
          comes there from people who haven’t heard still arrives for 30 days.
        </Confirm>
      )}
    </section>
  );
}

function publishedWords(app: ConnectedApp, now: number, busy: boolean): string {
  if (busy) return 'publishing the order…';
  if (app.publishedAt === undefined) return 'order not published yet';
  return `order published ${whenWithin(app.publishedAt, now)}`;
}
