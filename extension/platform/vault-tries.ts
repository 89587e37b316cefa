import type { Tries } from '../../src/agent/vault-rows.ts';

/** Seconds. */
const LONGEST_WAIT = 900;

export const NO_TRIES: Tries = { refused: 0, since: 0 };

/**
 * How long a passphrase cannot be tried, in milliseconds: a second after the first wrong one, twice as long after each
 * further one, up to a quarter of an hour. Against a clock that was set back the wait begins anew, so that it
 * is never longer than one wait, and never over sooner.
 * @returns the tries as they are to be kept, too
 */
export function stillToWait({ refused, since }: Tries, now: number): { tries: Tries; wait: number } {
  const from = Math.min(since, now);
  const whole = refused === 0 ? 0 : Math.min(2 ** (refused - 1), LONGEST_WAIT) * 1000;
  return { tries: { refused, since: from }, wait: Math.max(0, from + whole - now) };
}
