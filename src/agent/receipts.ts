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

/**
 * Notes in the outbox that a receipt is owed; ids wait together until the receipt is sealed. Receipts themselves are
 * never receipted. docs/protocol.md#7
 */
export async function oweReceipt(
  tx: Writing<'outbox'>,
  ctx: Pick<Context, 'clock' | 'random'>,
  message: { readonly inbox: Address; readonly app: Origin; readonly from: Address; readonly id: MessageId },
): Promise<void> {
  const { inbox, app, from, id } = message;
  const [waiting] = await tx.list('outbox', { index: 'openReceipt', only: [inbox, from], limit: 1 });
  const ids = waiting === undefined ? [] : receiptIds(waiting.content);
  if (waiting !== undefined && ids.length < MAX_IDS) {
    await tx.put('outbox', { ...waiting, content: receiptContent([...ids, id]) });
    return;
  }
  await tx.put('outbox', {
    id: newId(ctx.random),
    inbox,
    app,
    kind: 'receipt',
    by: 'agent',
    to: { address: from },
    content: receiptContent([id]),
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
