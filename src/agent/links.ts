import { errorToWire, isLetterboxError, type LetterboxError } from '../protocol/errors.ts';
import type { Address } from '../protocol/ids.ts';
import type { Transport } from '../protocol/transport.ts';
import { pushAcknowledgements } from './acknowledgements.ts';
import { explained, keepClockOffset } from './clock-offset.ts';
import type { Context } from './context.ts';
import { keepCount } from './counting.ts';
import { makeAllDue } from './due.ts';
import type { OpenInbox } from './open-inbox.ts';
import { forget, hasNothingLeft, isToLeave, leave } from './leaving.ts';
import { comeBack, dueAt, updateLink } from './link-rows.ts';
import { expected } from './outlook.ts';
import { pushPolicy } from './policy.ts';
import type { LinkRow } from './rows.ts';
import { pull } from './sync.ts';
import { later, POLL_INTERVAL, seconds } from './time.ts';
import { transportFor } from './transport-for.ts';

/**
 * Everything that one server is due to hear or to be asked: enrol, policy, pull, acknowledge; one that is no longer
 * preferred likewise, without enrolling, until it is left. Every step is on disk before the next.
 * @returns whether anything was due
 */
export async function tendLink(ctx: Context, open: OpenInbox, link: LinkRow): Promise<boolean> {
  const due = dueAt(link, ctx.isLive(link.inbox, link.server));
  if (due > ctx.clock.now() || open.row.published === undefined) return false;
  const isLeft = isToLeave(link, ctx.clock.now());
  if (isLeft && open.row.publish !== undefined) return false; // senders have to know first
  try {
    if (isLeft) await leave(ctx, open, link);
    else await visit(ctx, open, link, transportFor(ctx, link.entry));
  } catch (error) {
    const problem = explained(ctx, link, expected(error));
    if (hasNothingLeft(ctx, link, problem)) await forget(ctx, link);
    else await keepProblem(ctx, link, problem);
  }
  await keepClockOffset(ctx, link);
  ctx.notifier.changed();
  return true;
}

async function visit(ctx: Context, open: OpenInbox, link: LinkRow, transport: Transport): Promise<void> {
  if (link.stage === 'open') await enrol(ctx, open, link, transport); // else the record does not name it any more
  await pushPolicy(ctx, open, link, transport);
  const isAll = await pull(ctx, open, link, transport);
  await pushAcknowledgements(ctx, open, link, transport);
  await keepCount(ctx, open, link, transport);
  const now = ctx.clock.now();
  if (!isAll) return comeBack(ctx, link);
  // as likely as not it was the way there that was closed, and is open again for everything else, too
  if (link.problem?.code === 'unreachable') await makeAllDue(ctx);
  await updateLink(ctx, link, ({ problem: _, ...row }) => ({
    ...row,
    ...(row.policyTrouble === undefined ? {} : { problem: row.policyTrouble.problem }),
    syncedAt: now,
    retry: { attempts: 0, nextTry: row.touches === link.touches ? now + POLL_INTERVAL : now },
  }));
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

async function keepProblem(ctx: Context, link: LinkRow, problem: LetterboxError): Promise<void> {
  const after = 'after' in problem.context ? problem.context.after : undefined;
  await updateLink(ctx, link, (current) => ({
    ...linkAfter(problem, current),
    retry: later(ctx, current.retry.attempts, after),
    problem: errorToWire(problem),
    lastProblem: { problem: errorToWire(problem), at: seconds(ctx.clock) },
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
