import type { ConnectedApp, SenderKey, SenderRequest } from '../../src/agent/owner-api.ts';
import { Button } from '../ui/controls.tsx';
import { count, dayAndTime } from '../ui/format.ts';
import { Heading } from '../ui/heading.tsx';
import { useAction, useLive } from '../ui/hooks.ts';
import { Icon } from '../ui/icons.tsx';
import { Fault } from '../ui/notices.tsx';
import { appTitle, Avatar, ShortAddress } from '../ui/people.tsx';
import { useWorld } from '../ui/world.ts';
import { PlaceHeader } from './place-header.tsx';
import type { Moves } from './places.ts';

interface RequestProps {
  readonly id: SenderKey;
  readonly apps: readonly ConnectedApp[];
  readonly now: number;
  readonly moves: Moves;
}

/** One stranger: what is proven of them, and what the person wants to do. */
export function Request({ id, apps, now, moves }: RequestProps) {
  const { owner } = useWorld();
  const requests = useLive(() => owner.requests());
  const accept = useAction(() => owner.accept(id));
  const dismiss = useAction(() => owner.dismiss(id));
  const block = useAction(() => owner.block(id));
  const busy = accept.busy || dismiss.busy || block.busy;
  const request = requests.value?.find(({ inbox, from }) => inbox === id.inbox && from === id.from);
  const blockIt = async () => {
    if (!(await block.run())) return;
    moves.back();
    moves.say('Blocked. Nothing of theirs is taken in.', () => void owner.unblock(id));
  };
  return (
    <>
      <PlaceHeader moves={moves} />
      <main class="scroll padded request-view">
        <Fault error={requests.error ?? accept.error ?? dismiss.error ?? block.error} />
        {requests.value !== undefined && request === undefined && !busy && (
          <p class="nothing">This request is no longer here.</p>
        )}
        {request !== undefined && (
          <>
            <About request={request} apps={apps} now={now} />
            <div class="request-actions">
              <Button
                kind="primary"
                size="large"
                busy={accept.busy}
                onClick={() => void accept.run().then((done) => done && moves.go({ at: 'inbox' }))}
              >
                Accept and read
              </Button>
              <Button
                size="large"
                busy={dismiss.busy}
                onClick={() => void dismiss.run().then((done) => done && moves.back())}
              >
                Delete
              </Button>
              <Button
                kind="danger"
                size="large"
                icon="block"
                busy={block.busy}
                onClick={() => void blockIt()}
              >
                Block
              </Button>
            </div>
            <p class="faint small centred">
              Accepting fetches the messages from their storage, which then sees when and from where you read.
              Until then it sees nothing.
            </p>
          </>
        )}
      </main>
    </>
  );
}

interface AboutProps {
  readonly request: SenderRequest;
  readonly apps: readonly ConnectedApp[];
  readonly now: number;
}

function About({ request, apps, now }: AboutProps) {
  const { claimedName, warning } = request.sender;
  return (
    <>
      <Avatar address={request.from} big />
      <Heading class="request-title">
        <ShortAddress address={request.from} />
      </Heading>
      <p class="soft">
        sent you <b>{count(request.messages, 'message', 'messages')}</b> in {appTitle(request.app, apps)}
      </p>
      <dl class="facts">
        <dt>Address</dt>
        <dd>
          <b>Proven by its signature</b>
          <bdi dir="ltr" class="mono small whole-address">
            {request.from}
          </bdi>
        </dd>
        <dt>Name</dt>
        <dd>
          {claimedName === undefined ? (
            <span class="soft">Gives none</span>
          ) : (
            <>
              <span class="soft">
                Says it is{' '}
                <bdi dir="ltr" class="claimed">
                  {claimedName}
                </bdi>
                . Not checked yet.
              </span>
              <span class="faint small">Letterbox checks it when you accept.</span>
            </>
          )}
          {warning !== undefined && (
            <span class="caution-line small">
              <Icon name="warning" small />
              <span>
                {warning.kind === 'moved' ? (
                  <>
                    You know <bdi dir="ltr">{warning.name}</bdi> at another address.
                  </>
                ) : (
                  <>
                    Resembles <bdi dir="ltr">{warning.name}</bdi>, whom you know. It is another name.
                  </>
                )}
              </span>
            </span>
          )}
        </dd>
        <dt>First sent</dt>
        <dd>
          <b>{dayAndTime(request.firstSent, now)}</b>
        </dd>
      </dl>
    </>
  );
}
