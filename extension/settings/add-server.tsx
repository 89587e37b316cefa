import { useState } from 'preact/hooks';
import type { ServerTest } from '../../src/agent/owner-api.ts';
import type { Origin } from '../../src/protocol/ids.ts';
import { AddressField, Button, LinkButton } from '../ui/controls.tsx';
import { hostOf, number } from '../ui/format.ts';
import { useAction } from '../ui/hooks.ts';
import { asWire, Fault } from '../ui/notices.tsx';
import { serverFault, tidyServer } from '../ui/server-address.ts';
import { sentenceFor } from '../ui/words.ts';
import { useWorld } from '../ui/world.ts';
import { nearest } from './nearest.ts';
import { asksForSomething, ProviderWords } from './provider-words.tsx';
import { testedWords } from './server-state.tsx';

interface AddServerProps {
  /** URLs in this list already. */
  readonly taken: readonly string[];
  /** URLs in any list: what a mistyped one may have meant. */
  readonly known: readonly string[];
  readonly onAdd: (url: Origin) => Promise<void>;
}

/** A server is added only after it answered; one that asks for something only after the person has read what for. */
export function AddServer({ taken, known, onAdd }: AddServerProps) {
  const { owner } = useWorld();
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState<string | undefined>();
  const [offer, setOffer] = useState<ServerTest | undefined>();
  const take = async (url: Origin) => {
    await onAdd(url);
    setTyped('');
    setOffer(undefined);
  };
  const add = useAction(async (url: string) => {
    const tested = await owner.testServer(url);
    if (asksForSomething(tested)) setOffer(tested);
    else await take(tested.url);
  });
  const accept = useAction(take);
  const submit = () => {
    const url = tidyServer(typed);
    const wrong = taken.includes(url) ? 'This server is in the list already.' : serverFault(typed);
    setFault(wrong);
    if (wrong === undefined) void add.run(url);
  };
  const meant =
    add.error?.code === 'unreachable' ? nearest(hostOf(tidyServer(typed)), known.map(hostOf)) : undefined;
  return (
    <form
      class="card-form tinted"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div class="field-and-button">
        <AddressField
          label="Add a server"
          value={typed}
          placeholder="https://"
          fault={
            fault ??
            (add.error === undefined ? undefined : meant === undefined ? (
              sentenceFor(asWire(add.error))
            ) : (
              <>
                No server has this address. Did you mean{' '}
                <LinkButton onClick={() => setTyped(`https://${meant}`)}>{meant}</LinkButton>?
              </>
            ))
          }
          onInput={(text) => {
            setTyped(text);
            setFault(undefined);
            setOffer(undefined);
            add.forget();
          }}
        />
        <Button type="submit" busy={add.busy}>
          Test and add
        </Button>
      </div>
      <div role="status">
        {offer !== undefined && (
          <>
            <p>
              Reachable in {number(offer.milliseconds)} ms · {testedWords(offer)}
            </p>
            <ProviderWords tested={offer} />
          </>
        )}
      </div>
      {offer !== undefined && (
        <p class="actions">
          <Button kind="primary" busy={accept.busy} onClick={() => void accept.run(offer.url)}>
            Add this server
          </Button>
          <Button kind="quiet" onClick={() => setOffer(undefined)}>
            Don’t add
          </Button>
        </p>
      )}
      <Fault error={accept.error} />
    </form>
  );
}
