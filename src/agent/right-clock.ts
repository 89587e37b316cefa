import { LetterboxError, type WireError } from '../protocol/errors.ts';
import { RECORD_LIFETIME_SECONDS, RECORD_RENEW_SECONDS, type ServerEntry } from '../protocol/record.ts';
import type { Caller } from '../protocol/transport.ts';
import { AHEAD_SECONDS, keepClockOffset, leastOf } from './clock-offset.ts';
import type { Context } from './context.ts';
import { linksOf } from './link-rows.ts';
import type { OpenInbox } from './open-inbox.ts';
import { expected } from './outlook.ts';
import { seconds } from './time.ts';

/** Whether this computer's clock is right enough to date a record by. docs/protocol.md#2 */

/** Ours may be so far behind: further, and a record has run out for others before it is renewed. */
const BEHIND_SECONDS = RECORD_LIFETIME_SECONDS - RECORD_RENEW_SECONDS;

/**
 * Comes before a record is written: nobody takes one that is dated ahead, and its `seq` may not go back. The first preferred
 * server that finds the clock right is believed, so one that lies has to be the only one that answers; where none does,
 * nobody knows better than this computer.
 * @throws LetterboxError `clock-wrong`
 */
export async function requireRightClock(ctx: Context, { row, caller }: OpenInbox): Promise<void> {
  const answers = row.servers.map((entry) => askTime(ctx, entry, caller));
  if (await isAnyRight(answers)) return;
  const offset = leastOf((await Promise.all(answers)).filter((answer) => typeof answer === 'number'));
  if (isRight(offset)) return;
  const links = await ctx.store.read(['links'], (tx) => linksOf(tx, row.address));
  for (const link of links) await keepClockOffset(ctx, link);
  const now = seconds(ctx.clock);
  throw new LetterboxError('clock-wrong', { now, theirs: now + offset });
}

/** @returns what is no number where the server says nothing of the time */
async function askTime({ transports }: Context, entry: ServerEntry, caller: Caller): Promise<unknown> {
  return transports
    .find(({ type }) => type === entry.type)
    ?.askTime(entry, caller)
    .catch(expected);
}

/** As soon as one says so: another may be dead, and take its time. */
function isAnyRight(answers: readonly Promise<unknown>[]): Promise<boolean> {
  const right = answers.map(async (answer) => {
    const offset = await answer;
    if (typeof offset !== 'number' || !isRight(offset)) throw new Error('wrong, or nobody there');
  });
  return Promise.any(right).then(
    () => true,
    () => false,
  );
}

/** @param offset seconds by which the clock is behind */
function isRight(offset: number): boolean {
  return offset >= -AHEAD_SECONDS && offset <= BEHIND_SECONDS;
}

/** Whether the clock was set back since it was found wrong: what waits for a time by that clock waits no more. */
export function wasSetBack(problem: WireError | undefined, now: number): boolean {
  return problem?.code === 'clock-wrong' && now < Number(problem.context['now']) * 1000;
}
