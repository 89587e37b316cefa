import type { OutboxItem } from '../../src/agent/owner-api.ts';
import type { Address } from '../../src/protocol/ids.ts';
import { Button } from '../ui/controls.tsx';
import { shortAddress } from '../ui/format.ts';
import { useAction } from '../ui/hooks.ts';
import { Fault, Sending } from '../ui/notices.tsx';
import { wordsFor } from '../ui/words.ts';
import { useWorld } from '../ui/world.ts';

interface SendingLineProps {
  readonly item: OutboxItem;
  readonly who: string;
  readonly now: number;
}

/** Where a sent message is, with what can still be done about it. */
export function SendingLine({ item, who, now }: SendingLineProps) {
  const { owner } = useWorld();
  const retry = useAction(() => owner.retrySend(item.id));
  const cancel = useAction(() => owner.cancelSend(item.id));
  const failed = item.state === 'failed';
  const pending = item.state === 'queued' || item.state === 'stored';
  const todo = failed && item.reason !== undefined ? wordsFor(item.reason, { who }).todo : '';
  const moved = movedTo(item);
  return (
    <>
      <Sending item={item} who={who} now={now} />
      {todo !== '' && <p class="sending-todo faint small">{todo}</p>}
      {(failed || pending) && (
        <p class="sending-actions">
          {failed && moved !== undefined && <Moved item={item} address={moved} />}
          {failed && moved === undefined && (
            <Button size="small" busy={retry.busy} onClick={() => void retry.run()}>
              Try again
            </Button>
          )}
          <Button kind="quiet" size="small" busy={cancel.busy} onClick={() => void cancel.run()}>
            {failed ? 'Discard' : 'Don’t send'}
          </Button>
        </p>
      )}
      <Fault error={retry.error ?? cancel.error} />
    </>
  );
}

/** The address that a known name leads to now, where that is why it was not sent. */
function movedTo({ reason }: OutboxItem): Address | undefined {
  const address = reason?.code === 'name-moved' ? reason.context['address'] : undefined;
  return typeof address === 'string' ? (address as Address) : undefined; // as the agent wrote it
}

/** Whoever has the name now: the person takes them for whom they meant, or for an impostor. */
function Moved({ item, address }: { readonly item: OutboxItem; readonly address: Address }) {
  const { owner } = useWorld();
  const accept = useAction(() => owner.acceptMoved(item.id));
  const block = useAction(async () => {
    await owner.block({ inbox: item.inbox, from: address });
    await owner.cancelSend(item.id);
  });
  return (
    <>
      <Button size="small" busy={accept.busy} onClick={() => void accept.run()}>
        Send to {shortAddress(address)}
      </Button>
      <Button kind="danger" size="small" busy={block.busy} onClick={() => void block.run()}>
        Block
      </Button>
      <Fault error={accept.error ?? block.error} />
    </>
  );
}
