import { useState } from 'preact/hooks';
import type { ConnectApproval, Decision, Lasting, Powers } from '../../src/agent/owner-api.ts';
import type { LetterboxError } from '../../src/protocol/errors.ts';
import { AddressField } from '../ui/controls.tsx';
import { list, shortAddress } from '../ui/format.ts';
import { useWorld } from '../ui/world.ts';
import { DecisionBar } from './decision-bar.tsx';
import { GrantSwitches, switched, titleOf, type Chosen } from '../ui/grants.tsx';
import { LastingSelect, USUAL } from '../ui/lasting.tsx';
import { Headline } from './headline.tsx';
import { serverFault, tidyServer } from '../ui/server-address.ts';
import { Who } from './who.tsx';

interface ConnectProps {
  readonly approval: ConnectApproval;
  readonly busy: boolean;
  readonly error: LetterboxError | undefined;
  readonly onDecide: (decision: Decision) => void;
}

/** An app wants to be connected, as whom is known. */
export function Connect({ approval, busy, error, onDecide }: ConnectProps) {
  const { now } = useWorld();
  const [chosen, setChosen] = useState<Chosen>({ read: true, send: true, sendWithoutAsking: false });
  const [lasting, setLasting] = useState(USUAL.read);
  const [unasked, setUnasked] = useState(USUAL.sendWithoutAsking);
  const [server, setServer] = useState(approval.server ?? '');
  const [tried, setTried] = useState(false);
  const { session } = approval;
  const fault = tried ? serverFault(server) : undefined;
  const accept = () => {
    setTried(true);
    if (serverFault(server) !== undefined) return;
    onDecide({ approve: true, powers: powersFor(chosen, lasting, unasked), server: tidyServer(server) });
  };
  return (
    <>
      <main class="approve-body">
        <Headline approval={approval} ask="Connect to" end="?" />
        <section aria-label="As">
          <h2 class="section-name">As</h2>
          <Who approval={approval} />
          {approval.others.length > 0 && (
            <p class="soft small">
              Connected here already: <bdi dir="ltr">{namesOf(approval.others)}</bdi>. Both get their mail;
              the app’s page shows that of the one it is signed in with.
            </p>
          )}
        </section>
        <section aria-label="It will be able to">
          <h2 class="section-name">It will be able to</h2>
          <GrantSwitches
            chosen={chosen}
            as={session.state === 'given' ? session.name : undefined}
            here={approval.messagesHere}
            onSwitch={(power, on) => setChosen(switched(chosen, power, on))}
            beneath={{
              sendWithoutAsking: chosen.sendWithoutAsking && (
                <p class="small term">
                  <span class="faint">Until</span>
                  <LastingSelect
                    label={`${titleOf('sendWithoutAsking', undefined)}, until`}
                    power="sendWithoutAsking"
                    now={now()}
                    lasting={unasked}
                    onChange={setUnasked}
                  />
                </p>
              ),
            }}
          />
        </section>
        <p class="until">
          <span class="faint">Until</span>
          <LastingSelect label="Until" power="read" now={now()} lasting={lasting} onChange={setLasting} />
        </p>
        <section class="server-field">
          <AddressField
            label="Message server"
            value={server}
            required
            placeholder="https://"
            fault={fault}
            hint={serverHint(approval)}
            onInput={setServer}
            onBlur={() => server !== '' && setTried(true)}
          />
        </section>
      </main>
      <DecisionBar
        yes="Connect"
        busy={busy}
        error={error}
        note="Closing this window declines. Change this any time in Settings."
        onYes={accept}
        onNo={() => onDecide({ approve: false })}
      />
    </>
  );
}

function powersFor(chosen: Chosen, lasting: Lasting, unasked: Lasting): Powers {
  return {
    ...(chosen.read ? { read: lasting } : {}),
    ...(chosen.send ? { send: lasting } : {}),
    ...(chosen.sendWithoutAsking ? { sendWithoutAsking: unasked } : {}),
  };
}

function namesOf(others: readonly string[]): string {
  return list(others.map((other) => (other.includes('.') ? other : shortAddress(other))));
}

function serverHint({ serverFrom }: ConnectApproval): string {
  const what = 'People leave mail for you there. It can’t read it.';
  switch (serverFrom) {
    case 'app':
      return `Suggested by the app. ${what}`;
    case 'record':
      return `Yours here until now. ${what}`;
    case 'settings':
      return `Your default. ${what}`;
    case undefined:
      return what;
    default:
      return serverFrom satisfies never;
  }
}
