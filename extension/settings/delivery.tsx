import { useState } from 'preact/hooks';
import type { ConnectedApp } from '../../src/agent/owner-api.ts';
import { Button, Confirm } from '../ui/controls.tsx';
import { useAction } from '../ui/hooks.ts';
import { Banner, Fault } from '../ui/notices.tsx';
import { appTitle } from '../ui/people.tsx';
import { sentenceFor } from '../ui/words.ts';
import { useWorld } from '../ui/world.ts';

interface DeliveryProps {
  readonly app: ConnectedApp;
  readonly apps: readonly ConnectedApp[];
}

/** For a lost device: nobody can leave mail any more that its finder could read. */
export function StopDelivery({ app, apps }: DeliveryProps) {
  const { owner } = useWorld();
  const [asking, setAsking] = useState(false);
  const stop = useAction(() => owner.stopDelivery(app.inbox));
  const title = appTitle(app.app, apps);
  if (app.isStopped) return <Stopped app={app} apps={apps} />;
  return (
    <div class="card-row">
      <p class="grow faint small">
        Lost a device that holds this app’s key? Whoever finds it could read new mail.
      </p>
      <Button kind="quiet" size="small" onClick={() => setAsking(true)}>
        Stop delivery
      </Button>
      {asking && (
        <Confirm
          title={`Stop delivery to ${title}?`}
          action="Stop delivery"
          cancel="Keep"
          busy={stop.busy}
          onCancel={() => setAsking(false)}
          onConfirm={() => void stop.run().then((done) => done && setAsking(false))}
        >
          Letterbox publishes that you take no mail there, fetches what waits and leaves the servers. What is
          here stays readable, and you can still write. You can take it back.
          <Fault error={stop.error} />
        </Confirm>
      )}
    </div>
  );
}

/** What is so while delivery is stopped, and the way back. */
export function Stopped({ app, apps }: DeliveryProps) {
  const { owner } = useWorld();
  const again = useAction(() => owner.deliverAgain(app.inbox));
  return (
    <div class="card-words">
      <Banner
        kind="caution"
        icon="block"
        what={`Delivery to ${appTitle(app.app, apps)} is stopped`}
        links={
          <Button size="small" busy={again.busy} onClick={() => void again.run()}>
            Deliver again
          </Button>
        }
      >
        {app.publishedAt === undefined
          ? `Not published yet, so people can still leave mail. ${app.problem === undefined ? '' : sentenceFor(app.problem)}`
          : 'Nobody can leave mail for you there. If its key was lost with a device, sign in to the app with another account.'}
      </Banner>
      <Fault error={again.error} />
    </div>
  );
}
