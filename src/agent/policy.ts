import { errorToWire, isLetterboxError, type LetterboxError } from '../protocol/errors.ts';
import type { Address } from '../protocol/ids.ts';
import { nextSeq } from '../protocol/record.ts';
import { LIMITS, type PolicyBody } from '../protocol/server-api.ts';
import type { Transport } from '../protocol/transport.ts';
import type { Context } from './context.ts';
import { updateLink } from './link-rows.ts';
import type { OpenInbox } from './open-inbox.ts';
import { expected } from './outlook.ts';
import type { LinkRow, Relation } from './rows.ts';
import type { Reading } from './store.ts';
import { DAY, later } from './time.ts';

/** A server that still knows better after so many tries has it from a clock far ahead: then once a day. */
const SEQ_ATTEMPTS = 3;

/**
 * Tells a server whom the person accepted and blocked, where it has not heard the latest. Mail does not wait for it:
 * what goes wrong is kept beside the link, with its own next try. docs/protocol.md#8
 * @throws LetterboxError `not-enrolled`, which everything else there waits for
 */
export async function pushPolicy(
  ctx: Context,
  { caller }: OpenInbox,
  link: LinkRow,
  transport: Transport,
): Promise<void> {
  const policy = await policyOf(ctx, link.inbox);
  if (policy.seq === 0 || policy.seq === link.policySeq) return;
  if ((link.policyTrouble?.retry.nextTry ?? 0) > ctx.clock.now()) return;
  try {
    await transport.setPolicy(link.entry, caller, policy);
  } catch (error) {
    if (isLetterboxError(error, 'not-enrolled')) throw error;
    return keepTrouble(ctx, link, expected(error));
  }
  await updateLink(ctx, link, ({ policyTrouble: _, ...row }) => ({ ...row, policySeq: policy.seq }));
}

async function keepTrouble(ctx: Context, link: LinkRow, problem: LetterboxError): Promise<void> {
  const attempts = link.policyTrouble?.retry.attempts ?? 0;
  const isSeq = problem.code === 'seq';
  if (isSeq) await goAbove(ctx, link.inbox);
  const asked = 'after' in problem.context ? problem.context.after : undefined;
  const after = isSeq && attempts >= SEQ_ATTEMPTS ? DAY / 1000 : asked;
  const policyTrouble = { retry: later(ctx, attempts, after), problem: errorToWire(problem) };
  await updateLink(ctx, link, (row) => ({ ...row, policyTrouble }));
}

/** Another device of the person has set one since. */
async function goAbove(ctx: Context, inbox: Address): Promise<void> {
  await ctx.store.write(['inboxes'], async (tx) => {
    const row = await tx.get('inboxes', inbox);
    if (row === undefined) return;
    await tx.put('inboxes', { ...row, policySeq: nextSeq(row.policySeq, ctx.clock.now()) });
  });
}

function policyOf({ store }: Pick<Context, 'store'>, inbox: Address): Promise<PolicyBody> {
  return store.read(['inboxes', 'contacts'], async (tx) => {
    const row = await tx.get('inboxes', inbox);
    return {
      seq: row?.policySeq ?? 0,
      allowed: await latest(tx, inbox, 'allowed'),
      blocked: await latest(tx, inbox, 'blocked'),
    };
  });
}

/** A policy's lists are bounded: who was decided on last stands in them. */
async function latest(tx: Reading<'contacts'>, inbox: Address, relation: Relation): Promise<Address[]> {
  const contacts = await tx.list('contacts', { index: 'relation', prefix: [inbox, relation] });
  return contacts.slice(-LIMITS.listItems).map(({ address }) => address);
}
