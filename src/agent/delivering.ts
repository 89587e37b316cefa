import { LetterboxError, isLetterboxError } from '../protocol/errors.ts';
import type { ServerEntry } from '../protocol/record.ts';
import type { OutgoingDelivery } from '../protocol/transport.ts';
import type { Context } from './context.ts';
import { namelessCaller, type OpenInbox } from './open-inbox.ts';
import { outlookOf } from './outlook.ts';
import { readPinned } from './pins.ts';
import type { OutboxRow } from './rows.ts';
import { later } from './time.ts';
import { transportFor } from './transport-for.ts';

/**
 * Walks the recipient's servers in their order, as its record names them now, until one accepts. docs/protocol.md#9
 * @throws LetterboxError where none did: a passing reason if there is one, else what the most preferred server said
 */
export async function deliver(ctx: Context, open: OpenInbox, row: OutboxRow): Promise<void> {
  const { recipient, pointer } = row;
  if (recipient === undefined || pointer === undefined) {
    throw new LetterboxError('internal', { problem: 'posted before it was sealed' });
  }
  const { record } = await readPinned(ctx, open.web, recipient);
  const toName = recipient.name === undefined ? {} : { toName: recipient.name };
  const delivery = { id: pointer.delivery, to: recipient.address, pointer: pointer.pointer, ...toName };
  const refusals: LetterboxError[] = [];
  for (const server of record.servers) {
    const refusal = await deliverTo(ctx, open, server, delivery);
    if (refusal === undefined) return;
    refusals.push(refusal);
  }
  if (refusals.some((refusal) => isLetterboxError(refusal, 'sender-unverified'))) await recheckOwn(ctx, open);
  throw worthMost(refusals) ?? new LetterboxError('recipient-has-no-server', { to: recipient.address });
}

async function deliverTo(
  ctx: Context,
  open: OpenInbox,
  server: ServerEntry,
  delivery: OutgoingDelivery,
): Promise<LetterboxError | undefined> {
  const transport = transportFor(ctx, server);
  const refusal = await refusalOf(() => transport.deliver(server, open.caller, delivery));
  if (open.caller.name === undefined || !isLetterboxError(refusal, 'sender-unverified')) return refusal;
  // Its registry may not know the name. There it is only a claim; the pointer carries it for the recipient to prove.
  return refusalOf(() => transport.deliver(server, namelessCaller(ctx, open), delivery));
}

async function refusalOf(attempt: () => Promise<unknown>): Promise<LetterboxError | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    if (isLetterboxError(error)) return error;
    throw error;
  }
}

function worthMost(refusals: readonly LetterboxError[]): LetterboxError | undefined {
  return refusals.find((refusal) => outlookOf(refusal).again) ?? refusals[0];
}

/** A server could not verify us: look whether our record is where it should be, and put it back. */
async function recheckOwn(ctx: Context, { row }: OpenInbox): Promise<void> {
  await ctx.store.write(['inboxes'], async (tx) => {
    const current = await tx.get('inboxes', row.address);
    if (current === undefined || current.publish !== undefined) return;
    await tx.put('inboxes', { ...current, publish: later(ctx, 0) });
  });
}
