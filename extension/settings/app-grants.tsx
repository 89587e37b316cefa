import type { ConnectedApp, Grant, Lasting, Power } from '../../src/agent/owner-api.ts';
import { Button } from '../ui/controls.tsx';
import { fullDate } from '../ui/format.ts';
import { GrantSwitches, POWERS, titleOf } from '../ui/grants.tsx';
import { useAction } from '../ui/hooks.ts';
import { endOf, LastingSelect, USUAL } from '../ui/lasting.tsx';
import { Fault } from '../ui/notices.tsx';
import { useWorld } from '../ui/world.ts';

/** What an app may do, since when and until when; each power, or all of them, can be taken back. */
export function AppGrants({ app, now }: { readonly app: ConnectedApp; readonly now: number }) {
  const { owner } = useWorld();
  const give = useAction((power: Power, lasting = USUAL[power]) =>
    owner.grant(app.app, { [power]: lasting }),
  );
  const revoke = useAction((...power: Power[]) => owner.revoke(app.app, ...power));
  const { read, send, sendWithoutAsking } = app.grants;
  const canSend = holds(send, now);
  const chosen = {
    read: holds(read, now),
    send: canSend,
    sendWithoutAsking: canSend && holds(sendWithoutAsking, now),
  };
  return (
    <>
      <GrantSwitches
        chosen={chosen}
        as={app.name?.name}
        onSwitch={(power, on) => void (on ? give.run(power) : revoke.run(power))}
        beneath={Object.fromEntries(
          POWERS.map((power) => [
            power,
            <Term
              key={power}
              power={power}
              title={titleOf(power, app.name?.name)}
              given={app.grants[power]}
              now={now}
              onChange={(lasting) => void give.run(power, lasting)}
            />,
          ]),
        )}
      />
      {Object.keys(app.grants).length > 0 && (
        <div class="card-row">
          <span class="grow faint small">
            The app’s open pages hear nothing more at once. It stays connected, and its mail still comes here.
          </span>
          <Button size="small" busy={revoke.busy} onClick={() => void revoke.run()}>
            Take all back
          </Button>
        </div>
      )}
      <Fault error={give.error ?? revoke.error} />
    </>
  );
}

interface TermProps {
  readonly power: Power;
  readonly title: string;
  readonly given: Grant | undefined;
  readonly now: number;
  readonly onChange: (lasting: Lasting) => void;
}

/** Since when and until when an app has a power. */
function Term({ power, title, given, now, onChange }: TermProps) {
  if (given === undefined) return null;
  if (!holds(given, now)) return <p class="small danger-words">Ended {endOf(given, now)}.</p>;
  return (
    <p class="small term">
      <span class="faint">Since {fullDate(given.since)}, until</span>
      <LastingSelect
        label={`${title}, until`}
        power={power}
        now={now}
        lasting={USUAL[power]}
        given={given}
        onChange={onChange}
      />
    </p>
  );
}

function holds(given: Grant | undefined, now: number): boolean {
  return given !== undefined && (given.until === undefined || given.until > now);
}
