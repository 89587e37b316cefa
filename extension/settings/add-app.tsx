import { useState } from 'preact/hooks';
import type { Origin } from '../../src/protocol/ids.ts';
import { AddressField, Button } from '../ui/controls.tsx';
import { hostOf } from '../ui/format.ts';
import { useAction } from '../ui/hooks.ts';
import { Fault } from '../ui/notices.tsx';
import { useWorld } from '../ui/world.ts';
import { originOf } from './app-address.ts';

/** Turns Letterbox on in an app that isn't open now. */
export function AddApp({ onAdded }: { readonly onAdded: () => void }) {
  const { origins, visit } = useWorld();
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState<string | undefined>();
  const [added, setAdded] = useState<Origin | undefined>();
  const enable = useAction(async (origin: Origin) => {
    if (!(await origins.enable(origin))) {
      setFault('The browser was told no, so Letterbox stays off there.');
      return;
    }
    setAdded(origin);
    setTyped('');
    onAdded();
  });
  const submit = () => {
    const origin = originOf(typed);
    setAdded(undefined);
    setFault(
      origin === undefined ? 'This isn’t an app’s address. It looks like https://app.example.' : undefined,
    );
    if (origin !== undefined) void enable.run(origin); // within the click: the browser asks only then
  };
  return (
    <section class="card" aria-label="Use Letterbox on another app">
      <form
        class="card-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <h2>Use Letterbox on another app</h2>
        <div class="field-and-button">
          <AddressField
            label="App address"
            value={typed}
            placeholder="https://"
            fault={fault}
            hint="Letterbox sees no app until you turn it on there."
            onInput={(text) => {
              setTyped(text);
              setFault(undefined);
            }}
          />
          <Button type="submit" busy={enable.busy}>
            Use Letterbox there
          </Button>
        </div>
        <Fault error={enable.error} />
        <p role="status">
          {added !== undefined && (
            <>
              Letterbox is on at <bdi dir="ltr">{hostOf(added)}</bdi>.{' '}
              <button type="button" class="link" onClick={() => visit(added)}>
                Open it to connect
              </button>
            </>
          )}
        </p>
      </form>
    </section>
  );
}
