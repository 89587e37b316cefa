import type { ComponentChildren } from 'preact';
import type { Overview, QuietApp } from '../../src/agent/owner-api.ts';
import type { Origin } from '../../src/protocol/ids.ts';
import { Button } from '../ui/controls.tsx';
import { hostOf, timeOfDay } from '../ui/format.ts';
import { useAction, useLive } from '../ui/hooks.ts';
import { Fault } from '../ui/notices.tsx';
import { AppIcon } from '../ui/people.tsx';
import { useWorld } from '../ui/world.ts';

/** The app in the current tab, while Letterbox is off there or waits for the app to connect. */
export function SiteCard({ overview }: { readonly overview: Overview }) {
  const { origins } = useWorld();
  const site = useLive(async () => {
    const [current, enabled] = await Promise.all([origins.current(), origins.enabled()]);
    return current === undefined ? undefined : { origin: current, on: enabled.includes(current) };
  });
  const enable = useAction((origin: Origin) => origins.enable(origin).then(site.reload));
  const disable = useAction((origin: Origin) => origins.disable(origin).then(site.reload));
  const quiet = overview.quiet.find(({ app }) => app === site.value?.origin);
  if (quiet !== undefined) return <QuietSite quiet={quiet} />;
  if (site.value === undefined || overview.apps.some(({ app }) => app === site.value?.origin)) return null;
  const { origin, on } = site.value;
  return (
    <section class="site-card" aria-label="This app">
      <Site origin={origin}>{on ? 'On. The app can ask to connect.' : 'Letterbox is off here'}</Site>
      {on ? (
        <Button size="small" busy={disable.busy} onClick={() => void disable.run(origin)}>
          Turn off
        </Button>
      ) : (
        <Button kind="primary" size="small" busy={enable.busy} onClick={() => void enable.run(origin)}>
          Use Letterbox here
        </Button>
      )}
      <Fault error={enable.error ?? disable.error} />
    </section>
  );
}

/** The app in the current tab was declined so often that it asks no more for now. */
function QuietSite({ quiet: { app, until } }: { readonly quiet: QuietApp }) {
  const { owner } = useWorld();
  const again = useAction(() => owner.letAsk(app));
  return (
    <section class="site-card" aria-label="This app">
      <Site origin={app}>You declined three times. It asks no more until {timeOfDay(until)}.</Site>
      <Button size="small" busy={again.busy} onClick={() => void again.run()}>
        Let it ask
      </Button>
      <Fault error={again.error} />
    </section>
  );
}

function Site({ origin, children }: { readonly origin: Origin; readonly children: ComponentChildren }) {
  return (
    <>
      <AppIcon app={{ app: origin }} size="large" />
      <div class="site-words">
        <p class="site-host one-line">
          <bdi dir="ltr" title={origin}>
            {hostOf(origin)}
          </bdi>
        </p>
        <p class="faint small">{children}</p>
      </div>
    </>
  );
}
