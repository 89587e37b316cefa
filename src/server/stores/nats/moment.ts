import type { Found } from './reading.ts';

/** A message of a stream, as it lies there. */
export interface Kept extends Pick<Found, 'data'> {
  readonly subject: string;
  /** When it was written, in seconds by the engine's clock. */
  readonly time: number;
  /** For how long from then the engine keeps it; for good where absent. */
  readonly seconds?: number;
}

/** One as it is read, among all of them. */
export interface Passed extends Kept {
  readonly sequence: number;
  /** How many come after it, as far as the node that gives it knows. */
  readonly pending: number;
}

/** Once so few messages are ahead, the end is near. */
const NEAR = 64;

/**
 * All that a stream holds at one moment, while others write to it: of each subject the newest message before that
 * moment, in order; perhaps older ones before it.
 *
 * Reading takes time, and a message that was replaced meanwhile is met no more: its successor makes up for it, as long
 * as that is read, too. So the moment has to be later than every replacement of something that was missed:
 * ```
 *  … ──► near the end ──► a fence is written: what was replaced so far, was so before it
 *            ▲                   │ read on, to the fence
 *            └──── a gap ────────┤ something was replaced meanwhile, perhaps after the fence
 *                                └──► no gap: the fence is the moment
 * ```
 * A fence is a step by itself, so that no step is parted.
 * @param passing what one node has, from the first message on, for ever
 * @param fence writes a message of its own to the stream, and gives its sequence
 */
export async function* untilMoment(
  passing: AsyncIterable<Passed>,
  fence: () => Promise<number>,
): AsyncGenerator<Kept, void, undefined> {
  let [last, moment, isWhole] = [0, 0, false];
  await fence(); // there is something to read
  for await (const message of passing) {
    const { sequence, pending } = message;
    isWhole &&= sequence === last + 1;
    last = sequence;
    yield message;
    if (isWhole && sequence === moment) return;
    if (sequence < moment || pending > NEAR) continue; // one fence replaces another, which leaves a gap
    moment = await fence();
    isWhole = true;
  }
}
