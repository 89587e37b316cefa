import type { ConnectedApp, QuietApp } from '../../src/agent/owner-api.ts';
import { Button } from '../ui/controls.tsx';
import { hostOf } from '../ui/format.ts';
import { useAction, useLive } from '../ui/hooks.ts';
import { Fault } from '../ui/notices.tsx';
import { AppIcon } from '../ui/people.tsx';
import { useWorld, type Origins } from '../ui/world.ts';
import { AddApp } from './add-app.tsx';
import { AppCard } from './app-card.tsx';
import { QuietApps } from './quiet-apps.tsx';
import { SecretKeyLater } from './secret-key-later.tsx';
import { SectionHead } from './section-head.tsx';
import type { Origin } from '../../src/protocol/ids.ts';

interface AppsProps {
  readonly apps: readonly ConnectedApp[];
  readonly quiet: readonly QuietApp[];
  readonly now: number;
}

/** What is connected, what it may do, and a way to use Letterbox elsewhere. */
export function Apps({ apps, quiet, now }: AppsProps) {
  const { origins } = useWorld();
  const sites = useLive(
    async () => ({
      ...(await origins.sites()),
      reached: await permitted(
        origins,
        apps.map(({ app }) => app),
      ),
    }),
    apps.map(({ app }) => app).join(' '),
  );
  const { on = [], withheld = [], everywhere = 'off' } = sites.value ?? {};
  const isIdle = (origin: Origin) => apps.every(({ app }) => app !== origin);
  const idle = [...on, ...withheld].filter(isIdle);
  const offAt = (app: Origin) => {
    if (sites.value === undefined || on.includes(app)) return undefined;
    if (everywhere !== 'off' && sites.value.reached.includes(app)) return undefined;
    return withheld.includes(app) ? 'withheld' : 'off';
  };
  return (
    <>
      <SectionHead title="Connected apps">
        Each app has an inbox of its own, and sees only that one. You decide what it may do there.
      </SectionHead>
      {apps.length === 0 && <p class="card card-words soft">No app is connected yet.</p>}
      {apps.map((app) => (
        <AppCard
          key={app.inbox}
          app={app}
          apps={apps}
          now={now}
          off={offAt(app.app)}
          staysOn={everywhere === 'on'}
          onEnabled={sites.reload}
        />
      ))}
      <QuietApps quiet={quiet} />
      <Fault error={sites.error} />
      {idle.length > 0 && (
        <section class="card" aria-label="Turned on, not connected">
          <header class="card-head">
            <div class="grow">
              <h2>Turned on, not connected</h2>
              <p class="faint small">These sites can ask to connect. Nothing was given to them.</p>
            </div>
          </header>
          {idle.map((origin) => (
            <IdleSite
              key={origin}
              origin={origin}
              isWithheld={withheld.includes(origin)}
              onChanged={sites.reload}
            />
          ))}
        </section>
      )}
      <AddApp onAdded={sites.reload} />
      <SecretKeyLater apps={apps} />
    </>
  );
}

async function permitted(
  { permits }: Pick<Origins, 'permits'>,
  apps: readonly Origin[],
): Promise<readonly Origin[]> {
  const answers = await Promise.all(apps.map(permits));
  return apps.filter((_, index) => answers[index]);
}

interface IdleSiteProps {
  readonly origin: Origin;
  /** The browser took its permission away. */
  readonly isWithheld: boolean;
  readonly onChanged: () => void;
}

function IdleSite({ origin, isWithheld, onChanged }: IdleSiteProps) {
  const { origins } = useWorld();
  const off = useAction(() => origins.disable(origin).then(onChanged));
  const on = useAction(() => origins.enable(origin).then(onChanged));
  return (
    <div class="card-row">
      <AppIcon app={{ app: origin }} />
      <bdi dir="ltr" class="grow one-line" title={origin}>
        {hostOf(origin)}
      </bdi>
      {isWithheld && (
        <>
          <span class="caution-words small">The browser took its permission away</span>
          <Button size="small" busy={on.busy} onClick={() => void on.run()}>
            Turn on
          </Button>
        </>
      )}
      <Button size="small" busy={off.busy} onClick={() => void off.run()}>
        Turn off
      </Button>
      <Fault error={off.error ?? on.error} />
    </div>
  );
}
