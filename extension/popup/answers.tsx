import type { InboxEntry } from '../../src/agent/owner-api.ts';
import { dayAndTime } from '../ui/format.ts';
import { useLive } from '../ui/hooks.ts';
import { calledShort } from '../ui/people.tsx';
import { useWorld } from '../ui/world.ts';
import { SendingLine } from './sending-line.tsx';
import { shownTime } from './shown-time.ts';

/** What was written back to this sender since, and where it is. */
export function Answers({ entry, now }: { readonly entry: InboxEntry; readonly now: number }) {
  const { owner } = useWorld();
  const outbox = useLive(() => owner.outbox());
  const since = shownTime(entry);
  const answers = (outbox.value ?? [])
    .filter((item) => item.inbox === entry.inbox && item.address === entry.from && item.createdAt >= since)
    .toSorted((one, other) => one.createdAt - other.createdAt);
  if (answers.length === 0) return null;
  return (
    <ul class="answers" aria-label="Your answers">
      {answers.map((item) => (
        <li key={item.id}>
          <p class="answer-head">
            <b>You</b>
            <span class="time faint small">{dayAndTime(item.createdAt, now)}</span>
          </p>
          <p class="prose" dir="auto">
            {item.text}
          </p>
          <SendingLine item={item} who={calledShort(entry.sender)} now={now} />
        </li>
      ))}
    </ul>
  );
}
