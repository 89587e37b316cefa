import type { ConnectedApp, OutboxItem } from '../../src/agent/owner-api.ts';
import { dayAndTime, shortAddress } from '../ui/format.ts';
import { useLive } from '../ui/hooks.ts';
import { Fault } from '../ui/notices.tsx';
import { AppIcon, appTitle, Name, ShortAddress, splitName } from '../ui/people.tsx';
import { useWorld } from '../ui/world.ts';
import { PlaceHeader } from './place-header.tsx';
import type { Moves } from './places.ts';
import { SendingLine } from './sending-line.tsx';

interface SentProps {
  readonly apps: readonly ConnectedApp[];
  readonly now: number;
  readonly moves: Moves;
}

/** What the person and their apps sent: first what is still on its way or stuck, then the rest. */
export function Sent({ apps, now, moves }: SentProps) {
  const { owner } = useWorld();
  const outbox = useLive(() => owner.outbox());
  const items = (outbox.value ?? []).toSorted(
    (one, other) => rank(one) - rank(other) || other.createdAt - one.createdAt,
  );
  return (
    <>
      <PlaceHeader moves={moves} title="Sent" />
      <main class="scroll">
        <Fault error={outbox.error} />
        {outbox.value?.length === 0 && <p class="nothing">You have sent nothing yet.</p>}
        <ul class="sent" aria-label="Sent messages">
          {items.map((item) => (
            <SentItem key={item.id} item={item} apps={apps} now={now} />
          ))}
        </ul>
      </main>
    </>
  );
}

function SentItem({
  item,
  apps,
  now,
}: {
  readonly item: OutboxItem;
  readonly apps: readonly ConnectedApp[];
  readonly now: number;
}) {
  const app = apps.find(({ inbox }) => inbox === item.inbox) ?? { app: item.app };
  const named = item.to.includes('.');
  return (
    <li>
      <p class="row-head">
        <span class="sent-to">
          <span class="faint">to</span>
          {named ? <Name name={item.to} proven={false} /> : <ShortAddress address={item.to} />}
        </span>
        <span class="time faint">{dayAndTime(item.createdAt, now)}</span>
      </p>
      <p class="sent-text">
        <AppIcon app={app} />
        <span class="unseen">in {appTitle(item.app, apps)}</span>
        <span class="one-line" dir="auto">
          {item.subject !== undefined && <span class="subject">{item.subject}</span>}
          <span class={item.subject === undefined ? 'subject' : 'gist'}>{item.text.slice(0, 200)}</span>
        </span>
      </p>
      <SendingLine item={item} who={named ? splitName(item.to)[0] : shortAddress(item.to)} now={now} />
    </li>
  );
}

function rank({ state }: OutboxItem): number {
  if (state === 'failed') return 0;
  return state === 'accepted' || state === 'delivered' ? 2 : 1;
}
