import { useState } from 'preact/hooks';
import { Button, Confirm } from '../ui/controls.tsx';
import { useAction } from '../ui/hooks.ts';
import { Fault } from '../ui/notices.tsx';
import { useWorld } from '../ui/world.ts';

export function EraseEverything() {
  const { eraseEverything } = useWorld();
  const [asking, setAsking] = useState(false);
  const [done, setDone] = useState(false);
  const erase = useAction(async () => {
    await eraseEverything();
    setDone(true);
  });
  return (
    <section class="card" aria-label="Delete everything">
      <div class="card-row">
        <div class="grow">
          <h2>Delete everything</h2>
          <p class="faint small">
            All messages, people, keys and settings in this browser. Letterbox is as new.
          </p>
        </div>
        <Button kind="danger" onClick={() => setAsking(true)}>
          Delete everything
        </Button>
      </div>
      <p class="card-words" role="status" hidden={!done}>
        {done && 'Everything that Letterbox kept here is deleted, and it is off on all sites.'}
      </p>
      {asking && (
        <Confirm
          title="Delete everything?"
          action="Delete everything"
          cancel="Keep it"
          busy={erase.busy}
          onCancel={() => setAsking(false)}
          onConfirm={() => void erase.run().then((isDone) => isDone && setAsking(false))}
        >
          Nothing of it can be brought back without an export. Your servers are not told: they keep what waits
          for up to 30 days. To leave them, delete each app’s data first. What is in your own storage stays
          there.
          <Fault error={erase.error} />
        </Confirm>
      )}
    </section>
  );
}
