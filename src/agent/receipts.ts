import { asArray, asObject } from '../protocol/json.ts';
import { newId, parseMessageId, type Address, type MessageId, type Origin } from '../protocol/ids.ts';
import type { JsonValue, MessageContent } from '../protocol/message.ts';
import type { Context } from './context.ts';
import { delivered } from './outbox-rows.ts';
import type { OutboxRow } from './rows.ts';
import type { Writing } from './store.ts';
import { seconds } from './time.ts';

export const RECEIPT_TYPE = 'application/vnd.letterbox.receipt+json';
const MAX_IDS = 200;

/** What a receipt is owed for. */
export interface Receipted {
  readonly inbox: Address;
  readonly app: Origin;
  readonly from: Address;
  readonly id: MessageId;
}

/**
 * Notes in the outbox that receipts are owed, for messages of one inbox; ids wait together until their receipt is sealed.
 * Receipts themselves are never receipted. docs/protocol.md#7
 */
export async function oweReceipts(
  tx: Writing<'outbox'>,
  ctx: Pick<Context, 'clock' | 'random'>,
  messages: readonly Receipted[],
): Promise<void> {
  for (const all of Map.groupBy(messages, ({ from }) => from).values()) {
    const [{ inbox, app, from }] = all as [Receipted, ...Receipted[]];
    const ids = all.map(({ id }) => id);
    const open = await tx.list('outbox', { index: 'openReceipt', only: [inbox, from] });
    const waiting = open.find((row) => !isFull(row));
    const known = waiting === undefined ? [] : receiptIds(waiting.content);
    const room = MAX_IDS - known.length;
    if (waiting !== undefined)
      await tx.put('outbox', { ...waiting, content: receiptContent([...known, ...ids.slice(0, room)]) });
    const rest = waiting === undefined ? ids : ids.slice(room);
    for (let at = 0; at < rest.length; at += MAX_IDS)
      await openReceipt(tx, ctx, { inbox, app, from }, rest.slice(at, at + MAX_IDS));
  }
}

/** Whether a receipt would grow if it were kept a little longer. */
export function isGrowing(row: OutboxRow): boolean {
  return row.openReceipt !== undefined && !isFull(row);
}

function isFull({ content }: OutboxRow): boolean {
  return receiptIds(content).length >= MAX_IDS;
}

async function openReceipt(
  tx: Writing<'outbox'>,
  ctx: Pick<Context, 'clock' | 'random'>,
  { inbox, app, from }: Omit<Receipted, 'id'>,
  ids: readonly MessageId[],
): Promise<void> {
  await tx.put('outbox', {
    id: newId(ctx.random),
    inbox,
    app,
    kind: 'receipt',
    by: 'agent',
    to: { address: from },
    content: receiptContent(ids),
    createdAt: seconds(ctx.clock),
    state: 'queued',
    reposts: 0,
    attempts: 0,
    nextTry: ctx.clock.now(),
    openReceipt: [inbox, from],
  });
}

/**
 * What a receipt says: these messages of ours have arrived. Only about messages that were sent to its sender.
 * @returns the rows that are different now
 */
export async function takeReceipt(
  tx: Writing<'outbox'>,
  now: number,
  receipt: { readonly inbox: Address; readonly from: Address; readonly content: MessageContent },
): Promise<OutboxRow[]> {
  const changed: OutboxRow[] = [];
  for (const id of receiptIds(receipt.content)) {
    const row = await tx.get('outbox', id);
    const isOurs = row?.inbox === receipt.inbox && row.recipient?.address === receipt.from;
    if (row === undefined || !isOurs || (row.state !== 'stored' && row.state !== 'accepted')) continue;
    const after = delivered(row, now);
    await tx.put('outbox', after);
    changed.push(after);
  }
  return changed;
}

/** @throws LetterboxError `malformed` */
export function receiptIds({ body }: { readonly body: JsonValue }): MessageId[] {
  const ids = asArray(asObject(body, 'receipt.body')['ids'], 'receipt.body.ids', MAX_IDS);
  return ids.map((id) => parseMessageId(id, 'receipt.body.ids'));
}

function receiptContent(ids: readonly MessageId[]): MessageContent {
  return { type: RECEIPT_TYPE, body: { ids }, fallback: 'Received.' };
}
