import type { Context } from './context.ts';
import { forgetCounts } from './counting.ts';
import { makeAllDue } from './due.ts';
import type { LinkRow, Retry } from './rows.ts';
import { DAY, MINUTE, POLL_INTERVAL } from './time.ts';
import { isLocked } from './unlocking.ts';

/** Clocks are set right by so much all the time, and then nothing waits for much longer than it should. */
const SLACK = MINUTE;

/**
 * A clock that was ahead and is set right: what waits for its next try waits by the wrong one, for as long as that was off.
 * It shows in servers that were visited later than now, or of a locked agent are to be asked; then nothing waits any more.
 */
export async function wakeIfTurnedBack(ctx: Context): Promise<void> {
  const now = ctx.clock.now();
  const counts = await ctx.store.read(['counts'], (tx) => tx.list('counts'));
  if (counts.some(({ retry }) => waitsTooLong(retry, now))) await ctx.store.write(['counts'], forgetCounts);
  if (await isLocked(ctx)) return;
  const links = await ctx.store.read(['links'], (tx) => tx.list('links'));
  if (!links.some((link) => isAhead(link, now))) return;
  await makeAllDue(ctx);
  // at the end: a worker that ends in between has the next one find it, too
  await ctx.store.write(['links'], async (tx) => {
    for (const link of await tx.list('links')) await tx.put('links', visitedBy(link, now));
  });
}

function isAhead({ syncedAt = 0, lastProblem, retry }: LinkRow, now: number): boolean {
  const visited = Math.max(syncedAt, (lastProblem?.at ?? 0) * 1000);
  return visited > now + SLACK || waitsTooLong(retry, now);
}

/** Longer than anything is made to wait, after a visit that went well or one that did not. */
function waitsTooLong({ nextTry, attempts }: Retry, now: number): boolean {
  return nextTry > now + (attempts === 0 ? POLL_INTERVAL : DAY) + SLACK;
}

/** Nothing is told of as if it were still to come. */
function visitedBy(link: LinkRow, now: number): LinkRow {
  const { syncedAt, lastProblem } = link;
  return {
    ...link,
    ...(syncedAt === undefined ? {} : { syncedAt: Math.min(syncedAt, now) }),
    ...(lastProblem === undefined
      ? {}
      : { lastProblem: { ...lastProblem, at: Math.min(lastProblem.at, Math.floor(now / 1000)) } }),
  };
}
