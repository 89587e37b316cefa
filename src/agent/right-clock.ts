import { errorFromWire, isLetterboxError, LetterboxError, type WireError } from '../protocol/errors.ts';
import { RECORD_LIFETIME_SECONDS, RECORD_RENEW_SECONDS } from '../protocol/record.ts';
import { AHEAD_SECONDS, keepClockOffset } from './clock-offset.ts';
import type { Context } from './context.ts';
import { linksOf } from './link-rows.ts';
import type { OpenInbox } from './open-inbox.ts';
import { expected } from './outlook.ts';
import { seconds } from './time.ts';
import { transportFor } from './transport-for.ts';

/** Whether this computer's clock is right enough to date a record by. docs/protocol.md#2 */

/** Ours may be so far behind: further, and a record has run out for others before it is renewed. */
const BEHIND_SECONDS = RECORD_LIFETIME_SECONDS - RECORD_RENEW_SECONDS;

/**
 * Comes before a record is written: nobody takes one that is dated ahead, and its `seq` may not go back. Any of the
 * preferred servers that finds the clock right is believed, so one that lies has to be the only one that answers; where
 * none does, nobody knows better than this computer.
 * @throws LetterboxError `clock-wrong` by the word of the server that finds it the least wrong
 */
export async function requireRightClock(ctx: Context, { row, caller }: OpenInbox): Promise<void> {
  const asked = row.servers.map(async (entry) =>
    requireFit(ctx, await transportFor(ctx, entry).askTime(entry, caller)),
  );
  try {
    await Promise.any(asked);
  } catch (error) {
    const answers = (error as AggregateError).errors.map(expected);
    const [least] = answers.filter((answer) => isLetterboxError(answer, 'clock-wrong')).toSorted(byDistance);
    if (least === undefined) return;
    const links = await ctx.store.read(['links'], (tx) => linksOf(tx, row.address));
    for (const link of links) await keepClockOffset(ctx, link);
    throw least;
  }
}

/** Whether the clock was set back since it was found wrong: what waits for a time by that clock waits no more. */
export function wasSetBack(problem: WireError | undefined, now: number): boolean {
  if (problem === undefined) return false;
  const error = errorFromWire(problem);
  return isLetterboxError(error, 'clock-wrong') && now < error.context.now * 1000;
}

/** @param offset seconds by which ours is behind */
function requireFit({ clock }: Context, offset: number): void {
  if (offset >= -AHEAD_SECONDS && offset <= BEHIND_SECONDS) return;
  const now = seconds(clock);
  throw new LetterboxError('clock-wrong', { now, theirs: now + offset });
}

type ClockWrong = LetterboxError<'clock-wrong'>;

function byDistance(one: ClockWrong, other: ClockWrong): number {
  const distance = ({ context: { now, theirs } }: ClockWrong): number => Math.abs(theirs - now);
  return distance(one) - distance(other);
}
