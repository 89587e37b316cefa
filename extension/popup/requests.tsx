import type { ConnectedApp, SenderRequest } from '../../src/agent/owner-api.ts';
import { count, shortAddress, shortDayOf } from '../ui/format.ts';
import { Grid, GridRow } from '../ui/grid.tsx';
import { useLive } from '../ui/hooks.ts';
import { Icon } from '../ui/icons.tsx';
import { Fault } from '../ui/notices.tsx';
import { appTitle, Avatar, SenderClaim, ShortAddress } from '../ui/people.tsx';
import { useWorld } from '../ui/world.ts';
import { PlaceHeader } from './place-header.tsx';
import { rowLeft, type Moves, type Place } from './places.ts';

interface RequestsProps {
  readonly apps: readonly ConnectedApp[];
  readonly now: number;
  readonly moves: Moves;
  readonly left: Place | undefined;
}

/** People whom the person has not written with; nothing of theirs was fetched. */
export function Requests({ apps, now, moves, left }: RequestsProps) {
  const { owner } = useWorld();
  const requests = useLive(() => owner.requests());
  const waiting = requests.value;
  return (
    <>
      <PlaceHeader moves={moves} title="Requests" focused={left?.at !== 'request'}>
        {waiting !== undefined && waiting.length > 0 && (
          <span class="faint small">{count(waiting.length, 'person', 'people')}</span>
        )}
      </PlaceHeader>
      <main class="scroll">
        <Fault error={requests.error} />
        {waiting?.length === 0 && <p class="nothing">Nobody waits.</p>}
        {waiting !== undefined && waiting.length > 0 && (
          <>
            <div class="unfetched">
              <Icon name="shield" />
              <p>
                You haven’t written with these people. What they wrote <b>has not been fetched</b>.
              </p>
            </div>
            <Grid label="Requests" rows={waiting.length} start={rowLeft(waiting, left)}>
              {waiting.map((request, index) => (
                <RequestRow
                  key={`${request.inbox}/${request.from}`}
                  index={index}
                  request={request}
                  apps={apps}
                  now={now}
                  onOpen={() =>
                    moves.go({ at: 'request', key: { inbox: request.inbox, from: request.from } })
                  }
                />
              ))}
            </Grid>
          </>
        )}
      </main>
    </>
  );
}

interface RequestRowProps {
  readonly index: number;
  readonly request: SenderRequest;
  readonly apps: readonly ConnectedApp[];
  readonly now: number;
  readonly onOpen: () => void;
}

function RequestRow({ index, request, apps, now, onOpen }: RequestRowProps) {
  const app = apps.find(({ inbox }) => inbox === request.inbox) ?? { app: request.app };
  return (
    <GridRow index={index} label={spoken(request, apps, now)} kind="request" onOpen={onOpen}>
      <Avatar address={request.from} app={app} />
      <div class="row-main">
        <span class="row-head">
          <ShortAddress address={request.from} />
          <span class="time">{shortDayOf(request.lastSent, now)}</span>
        </span>
        <SenderClaim sender={request.sender} />
        <p class="soft">
          {count(request.messages, 'message', 'messages')}{' '}
          <span class="faint">in {appTitle(request.app, apps)}</span>
        </p>
      </div>
    </GridRow>
  );
}

/** “Request. 1LenQ…r8D1, says it is lena.id.blockstack, not checked, in Almanac. 2 messages. Today.” */
function spoken(
  { from, sender, app, messages, lastSent }: SenderRequest,
  apps: readonly ConnectedApp[],
  now: number,
): string {
  const claim = sender.claimedName === undefined ? '' : `, says it is ${sender.claimedName}, not checked`;
  const warning =
    sender.warning === undefined
      ? ''
      : sender.warning.kind === 'moved'
        ? ` You know ${sender.warning.name} at another address.`
        : ` Resembles ${sender.warning.name}, whom you know.`;
  const what = count(messages, 'message', 'messages');
  return `Request. ${shortAddress(from)}${claim}, in ${appTitle(app, apps)}.${warning} ${what}. ${shortDayOf(lastSent, now)}.`;
}
