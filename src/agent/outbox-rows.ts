import { errorToWire, type LetterboxError } from '../protocol/errors.ts';
import { newId, type MessageId } from '../protocol/ids.ts';
import { MESSAGE_KEPT_SECONDS, type MessageContent } from '../protocol/message.ts';
import type { Context } from './context.ts';
import type { InboxRow, OutboxRow } from './rows.ts';
import type { Writing } from './store.ts';
import { DAY, seconds } from './time.ts';

/** When an unanswered message is posted again, after it was accepted. docs/protocol.md#7 */
const REPOST_AFTER = [DAY, 7 * DAY];

export interface NewMessage {
  readonly to: OutboxRow['to'];
  readonly content: MessageContent;
  readonly by: 'owner' | 'page';
  readonly request?: string;
  readonly id?: MessageId;
}

/** Puts a message into the outbox: from here on it is sent or failed, whatever dies. */
export async function enqueue(
  tx: Writing<'outbox'>,
  ctx: Pick<Context, 'clock' | 'random'>,
  { address, app }: InboxRow,
  message: NewMessage,
): Promise<OutboxRow> {
  const row: OutboxRow = {
    ...message,
    id: message.id ?? newId(ctx.random),
    inbox: address,
    app,
    kind: 'message',
    createdAt: seconds(ctx.clock),
    state: 'queued',
    reposts: 0,
    attempts: 0,
    nextTry: ctx.clock.now(),
  };
  await tx.put('outbox', row);
  return row;
}

export function stored({ file: _1, reason: _2, ...row }: OutboxRow, now: number): OutboxRow {
  return { ...row, state: 'stored', storedAt: Math.floor(now / 1000), attempts: 0, nextTry: now };
}

export function accepted({ reason: _, ...row }: OutboxRow, now: number): OutboxRow {
  if (row.state !== 'stored') return reposted(row, now);
  const acceptedAt = Math.floor(now / 1000);
  return { ...row, state: 'accepted', acceptedAt, attempts: 0, nextTry: nextPost(row, acceptedAt) };
}

/** It was posted once more, or that proved useless: on to the next time. */
export function reposted(row: OutboxRow, now: number): OutboxRow {
  const next = { ...row, reposts: row.reposts + 1, attempts: 0 };
  return { ...next, nextTry: nextPost(next, row.acceptedAt ?? Math.floor(now / 1000)) };
}

export function delivered({ reason: _, ...row }: OutboxRow, now: number): OutboxRow {
  const deliveredAt = Math.floor(now / 1000);
  return { ...row, state: 'delivered', deliveredAt, attempts: 0, nextTry: keptUntil(row) };
}

export function failed(row: OutboxRow, reason: LetterboxError): OutboxRow {
  return { ...row, state: 'failed', reason: errorToWire(reason), attempts: 0, nextTry: keptUntil(row) };
}

/** Tried once more from where it stopped: nothing is sealed twice. */
export function retried({ reason: _, ...row }: OutboxRow, now: number): OutboxRow {
  return { ...row, state: row.storedAt === undefined ? 'queued' : 'stored', attempts: 0, nextTry: now };
}

/** When its file leaves the bucket. docs/protocol.md#3 */
export function keptUntil({ createdAt }: OutboxRow): number {
  return (createdAt + MESSAGE_KEPT_SECONDS) * 1000;
}

function nextPost(row: OutboxRow, acceptedAt: number): number {
  const wait = row.kind === 'message' ? REPOST_AFTER[row.reposts] : undefined; // nobody answers a receipt
  return wait === undefined ? keptUntil(row) : acceptedAt * 1000 + wait;
}
