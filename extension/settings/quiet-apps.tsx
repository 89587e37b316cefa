import type { QuietApp } from '../../src/agent/owner-api.ts';
import { Button } from '../ui/controls.tsx';
import { hostOf, timeOfDay } from '../ui/format.ts';
import { useAction } from '../ui/hooks.ts';
import { Fault } from '../ui/notices.tsx';
import { AppIcon } from '../ui/people.tsx';
import { useWorld } from '../ui/world.ts';

/** Apps that were declined again and again, until when they are quiet, and the way to hear them again. */
export function QuietApps({ quiet }: { readonly quiet: readonly QuietApp[] }) {
  if (quiet.length === 0) return null;
  return (
    <section class="card" aria-label="Quiet for now">
      <header class="card-head">
        <div class="grow">
          <h2>Quiet for now</h2>
          <p class="faint small">
            You declined three times in a row. What these ask is refused, and no window comes up.
          </p>
        </div>
      </header>
      {quiet.map((app) => (
        <Quiet key={app.app} quiet={app} />
      ))}
    </section>
  );
}

function Quiet({ quiet: { app, until } }: { readonly quiet: QuietApp }) {
  const { owner } = useWorld();
  const again = useAction(() => owner.letAsk(app));
  return (
    <div class="card-row">
      <AppIcon app={{ app }} />
      <span class="grow one-line">
        <bdi dir="ltr" title={app}>
          {hostOf(app)}
        </bdi>{' '}
        <span class="faint small">until {timeOfDay(until)}</span>
      </span>
      <Button size="small" busy={again.busy} onClick={() => void again.run()}>
        Let it ask
      </Button>
      <Fault error={again.error} />
    </div>
  );
}
