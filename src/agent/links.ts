import { errorToWire, isLetterboxError, type LetterboxError } from '../protocol/errors.ts';
import type { Address } from '../protocol/ids.ts';
import type { Transport } from '../protocol/transport.ts';
import { pushAcknowledgements } from './acknowledgements.ts';
import type { Context } from './context.ts';
import { keepCountToken } from './counting.ts';
import type { OpenInbox } from './open-inbox.ts';
import { updateLink } from './link-rows.ts';
import { expected } from './outlook.ts';
import { pushPolicy } from './policy.ts';
import type { LinkRow } from './rows.ts';
import { pull } from './sync.ts';
import { later, POLL_INTERVAL } from './time.ts';
import { transportFor } from './transport-for.ts';

/**
 * Everything that one server is due to hear or to be asked: enrol, policy, pull, acknowledge; for one that is no longer
 * preferred a last pull, then leave. Every step is on disk before the next.
 * @returns whether anything was due
 */
export async function tendLink(ctx: Context, open: OpenInbox, link: LinkRow): Promise<boolean> {
  if (link.retry.nextTry > ctx.clock.now() || open.row.published === undefined) return false;
  if (link.stage === 'leaving' && open.row.publish !== undefined) return false; // senders have to know first
  try {
    if (link.stage === 'leaving' && !ctx.transports.some(({ type }) => type === link.entry.type)) {
      await forget(ctx, link); // nobody was ever enrolled there
      return true;
    }
    const transport = transportFor(ctx, link.entry);
    if (link.stage === 'leaving') await leave(ctx, open, link, transport);
    else await visit(ctx, open, link, transport);
  } catch (error) {
    await keepProblem(ctx, link, expected(error));
  }
  ctx.notifier.changed();
  return true;
}

async function visit(ctx: Context, open: OpenInbox, link: LinkRow, transport: Transport): Promise<void> {
  await enrol(ctx, open, link, transport);
  await pushPolicy(ctx, open, link, transport);
  const isAll = await pull(ctx, open, link, transport);
  await pushAcknowledgements(ctx, open, link, transport);
  await keepCountToken(ctx, open, link, transport);
  const now = ctx.clock.now();
  if (!isAll) return comeBack(ctx, link);
  await updateLink(ctx, link, ({ problem: _1, waiting: _2, ...row }) => ({
    ...row,
    ...(row.policyTrouble === undefined ? {} : { problem: row.policyTrouble.problem }),
    syncedAt: now,
    retry: { attempts: 0, nextTry: row.touches === link.touches ? now + POLL_INTERVAL : now },
  }));
}

/** There is more than one visit takes: the next one follows when everything else had its turn. */
function comeBack(ctx: Context, link: LinkRow): Promise<void> {
  return updateLink(ctx, link, (row) => ({ ...row, retry: { ...row.retry, nextTry: ctx.clock.now() } }));
}

async function enrol(
  ctx: Context,
  { row, caller }: OpenInbox,
  link: LinkRow,
  transport: Transport,
): Promise<void> {
  const { published } = row;
  if (published === undefined || link.enrolledSeq === published.seq) return;
  try {
    await transport.enrol(link.entry, caller, published.file, link.invite);
  } catch (error) {
    if (isLetterboxError(error, 'seq')) await republish(ctx, link.inbox);
    throw error;
  }
  await updateLink(ctx, link, ({ invite: _, ...current }) => ({ ...current, enrolledSeq: published.seq }));
}

/** What waits there is fetched first: leaving erases it. */
async function leave(ctx: Context, open: OpenInbox, link: LinkRow, transport: Transport): Promise<void> {
  try {
    const isAll = link.enrolledSeq === undefined || (await pull(ctx, open, link, transport));
    if (!isAll) {
      await comeBack(ctx, link);
      return;
    }
    await transport.leave(link.entry, open.caller);
  } catch (error) {
    if (!isLetterboxError(error, 'not-enrolled')) throw error; // left before, and the answer was lost
  }
  await forget(ctx, link);
}

async function forget(ctx: Context, { inbox, server }: LinkRow): Promise<void> {
  await ctx.store.write(['links', 'deliveries'], async (tx) => {
    for (const { from, delivery } of await tx.list('deliveries', { prefix: [inbox, server] })) {
      await tx.delete('deliveries', [inbox, server, from, delivery]);
    }
    await tx.delete('links', [inbox, server]);
  });
}

async function keepProblem(ctx: Context, link: LinkRow, problem: LetterboxError): Promise<void> {
  const after = 'after' in problem.context ? problem.context.after : undefined;
  await updateLink(ctx, link, (current) => ({
    ...linkAfter(problem, current),
    retry: later(ctx, current.retry.attempts, after),
    problem: errorToWire(problem),
  }));
}

/** What an answer says of what we took for known there. */
function linkAfter({ code }: LetterboxError, link: LinkRow): LinkRow {
  if (code === 'not-enrolled') {
    // it knows nothing of us any more: it is enrolled at again, and hears the policy again
    const { enrolledSeq: _1, policySeq: _2, policyTrouble: _3, ...rest } = link;
    return rest;
  }
  if (code !== 'not-admitted') return link;
  const { invite: _, ...rest } = link; // it opens nothing there, however often it is shown
  return rest;
}

/** The server knows a newer record than ours: look at what is published, and go above it if it is not the same. */
async function republish(ctx: Context, inbox: Address): Promise<void> {
  await ctx.store.write(['inboxes'], async (tx) => {
    const row = await tx.get('inboxes', inbox);
    if (row !== undefined) await tx.put('inboxes', { ...row, publish: later(ctx, 0) });
  });
}
