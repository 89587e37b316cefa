import type { OutboxItem } from '../../src/agent/owner-api.ts';
import { Button } from '../ui/controls.tsx';
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
  return (
    <>
      <Sending item={item} who={who} now={now} />
      {todo !== '' && <p class="sending-todo faint small">{todo}</p>}
      {(failed || pending) && (
        <p class="sending-actions">
          {failed && (
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
