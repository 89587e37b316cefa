import type { ConnectedApp } from '../../src/agent/owner-api.ts';
import { ClockNotice } from '../ui/clock-notice.tsx';
import { Button } from '../ui/controls.tsx';
import { useAction } from '../ui/hooks.ts';
import { Fault } from '../ui/notices.tsx';
import { useWorld } from '../ui/world.ts';
import { SectionHead } from './section-head.tsx';
import { ServerCard } from './server-card.tsx';

interface ServersProps {
  readonly apps: readonly ConnectedApp[];
  /** Of this computer, in seconds, as the servers say. */
  readonly clockOffset: number;
  readonly now: number;
}

/** The preferred servers of each app, in their order. */
export function Servers({ apps, clockOffset, now }: ServersProps) {
  const { owner } = useWorld();
  const check = useAction(() => owner.syncNow());
  return (
    <>
      <SectionHead
        title="Servers"
        action={
          apps.length > 0 && (
            <Button icon="refresh" busy={check.busy} onClick={() => void check.run()}>
              Check all now
            </Button>
          )
        }
      >
        People leave messages for you on these servers. Senders try them from the top.
      </SectionHead>
      <Fault error={check.error} />
      <ClockNotice offset={clockOffset} />
      {apps.length === 0 && (
        <p class="card card-words soft">Servers belong to apps. No app is connected yet.</p>
      )}
      {apps.map((app) => (
        <ServerCard key={app.inbox} app={app} apps={apps} now={now} />
      ))}
    </>
  );
}
