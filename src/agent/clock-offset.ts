import { LetterboxError } from '../protocol/errors.ts';
import type { Context } from './context.ts';
import { updateLink } from './link-rows.ts';
import type { LinkRow } from './rows.ts';
import { seconds } from './time.ts';

/** Whether this computer's clock is right, by the word of all servers that were visited. docs/protocol.md#5 */

/** Signed things may be dated so far ahead. docs/protocol.md#2 */
export const AHEAD_SECONDS = 600;

/** Keeps what the server said of the time during a visit. */
export async function keepClockOffset(ctx: Context, link: LinkRow): Promise<void> {
  const offset = offsetAt(ctx, link);
  if ((link.clockOffset ?? 0) === offset) return;
  await updateLink(ctx, link, ({ clockOffset: _, ...row }) =>
    offset === 0 ? row : { ...row, clockOffset: offset },
  );
}

/** A server does not read a record that is dated ahead, and cannot say that this is why. */
export function explained(ctx: Context, link: LinkRow, problem: LetterboxError): LetterboxError {
  const offset = offsetAt(ctx, link);
  const isAhead = problem.code === 'malformed' && offset < -AHEAD_SECONDS;
  return isAhead ? new LetterboxError('token-time', { now: seconds(ctx.clock) + offset }) : problem;
}

/** Seconds by which ours is behind; where servers disagree, the one that finds the least: any of them may lie. */
export function clockOffsetBy(links: readonly LinkRow[]): number {
  const visited = links.filter(
    ({ syncedAt, clockOffset }) => syncedAt !== undefined || clockOffset !== undefined,
  );
  const offsets = visited.map(({ clockOffset = 0 }) => clockOffset);
  return leastOf(offsets);
}

/** The one that is nearest to none; none where there is none. */
export function leastOf(offsets: readonly number[]): number {
  return offsets.toSorted((a, b) => Math.abs(a) - Math.abs(b))[0] ?? 0;
}

function offsetAt({ transports }: Context, { entry }: LinkRow): number {
  return transports.find(({ type }) => type === entry.type)?.clockOffset(entry) ?? 0;
}
