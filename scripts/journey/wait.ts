import { setTimeout as sleep } from 'node:timers/promises';

/** How long a condition may take on a slow machine before it counts as never. Milliseconds. */
export const PATIENCE = 40_000;
const PAUSE = 25;

/**
 * Asks again and again until the answer is neither undefined nor false, and returns it.
 *
 * @param what says what is waited for, for the error
 * @throws Error where the patience (milliseconds) ends first; its cause is the last question's own error, if it threw
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  patience = PATIENCE,
): Promise<T> {
  const end = performance.now() + patience;
  let cause: unknown;
  do {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await sleep(PAUSE);
  } while (performance.now() < end);
  throw new Error(`waited ${String(patience)} ms in vain: ${what}`, { cause });
}
