import { useState } from 'preact/hooks';
import { Button } from '../ui/controls.tsx';
import { useAction, useLive } from '../ui/hooks.ts';
import { Banner, Fault } from '../ui/notices.tsx';
import { useWorld } from '../ui/world.ts';
import { SwitchRow } from './switch-row.tsx';

/** For those who want Letterbox on all sites, rather than turning it on for each. */
export function Everywhere() {
  const { origins } = useWorld();
  const sites = useLive(() => origins.sites());
  const [isRefused, setRefused] = useState(false);
  const turn = useAction(async (on: boolean) => {
    setRefused(false);
    if (on) setRefused(!(await origins.enableEverywhere()));
    else await origins.disableEverywhere();
    sites.reload();
  });
  if (sites.value === undefined) return <Fault error={sites.error} />;
  const { everywhere } = sites.value;
  return (
    <section class="card" aria-label="All sites">
      <SwitchRow
        label="All sites"
        detail="Usually Letterbox is on only where you turn it on. With this it is on at every https site: each can see that you use Letterbox, and ask to connect. What it may do is for you to say, as before."
        checked={everywhere !== 'off'}
        onChange={(on) => void turn.run(on)}
      />
      {everywhere === 'withheld' && (
        <div class="card-words">
          <Banner kind="caution" icon="warning" what="Your browser withholds it">
            This is turned on here, but the browser’s own settings for Letterbox allow fewer sites. It is on
            only at those.{' '}
            <Button size="small" busy={turn.busy} onClick={() => void turn.run(true)}>
              Ask the browser again
            </Button>
          </Banner>
        </div>
      )}
      {isRefused && (
        <p class="card-words danger-words" role="alert">
          The browser was told no, so Letterbox stays off where you haven’t turned it on.
        </p>
      )}
      <Fault error={turn.error} />
    </section>
  );
}
