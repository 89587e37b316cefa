import type { ComponentChildren } from 'preact';
import type { Overview, QuietApp } from '../../src/agent/owner-api.ts';
import type { Origin } from '../../src/protocol/ids.ts';
import { Button } from '../ui/controls.tsx';
import { hostOf, timeOfDay } from '../ui/format.ts';
import { useAction, useLive } from '../ui/hooks.ts';
import { Fault } from '../ui/notices.tsx';
import { AppIcon } from '../ui/people.tsx';
import { useWorld, type Sites } from '../ui/world.ts';

interface SiteCardProps {
  readonly overview: Overview;
  /** Whether only what keeps the app from Letterbox is shown, or only what does not. */
  readonly trouble: boolean;
}

/** The app in the current tab, while Letterbox is off there, or waits for the app to connect, or does not hear it. */
export function SiteCard({ overview, trouble }: SiteCardProps) {
  const { origins } = useWorld();
  const site = useLive(async () => {
    const [current, sites] = await Promise.all([origins.current(), origins.sites()]);
    if (current === undefined) return undefined;
    return { origin: current, state: stateOf(current, sites, await origins.permits(current)) };
  });
  const enable = useAction((origin: Origin) => origins.enable(origin).then(site.reload));
  const disable = useAction((origin: Origin) => origins.disable(origin).then(site.reload));
  if (site.value === undefined) return null;
  const { origin, state } = site.value;
  const quiet = overview.quiet.find(({ app }) => app === origin);
  if (quiet !== undefined) return trouble ? <QuietSite quiet={quiet} /> : null;
  const isConnected = overview.apps.some(({ app }) => app === origin);
  const isOn = state === 'on' || state === 'everywhere';
  const isTrouble = isConnected || state === 'withheld';
  if ((isConnected && isOn) || isTrouble !== trouble) return null;
  return (
    <section class="site-card" aria-label="This app">
      <Site origin={origin}>{isConnected ? 'Off here: the app doesn’t reach your inbox' : WORDS[state]}</Site>
      {state === 'on' && (
        <Button size="small" busy={disable.busy} onClick={() => void disable.run(origin)}>
          Turn off
        </Button>
      )}
      {!isOn && (
        <Button kind="primary" size="small" busy={enable.busy} onClick={() => void enable.run(origin)}>
          Use Letterbox here
        </Button>
      )}
      <Fault error={enable.error ?? disable.error} />
    </section>
  );
}

const WORDS = {
  off: 'Letterbox is off here',
  withheld: 'The browser took its permission away',
  on: 'On. The app can ask to connect.',
  everywhere: 'On, as on all sites. The app can ask to connect.',
};

function stateOf(
  origin: Origin,
  { on, withheld, everywhere }: Sites,
  isPermitted: boolean,
): keyof typeof WORDS {
  if (everywhere !== 'off' && isPermitted) return 'everywhere';
  if (on.includes(origin)) return 'on';
  return withheld.includes(origin) || everywhere === 'withheld' ? 'withheld' : 'off';
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
