import type { Clock, Random } from '../protocol/ports.ts';
import type { Retry } from './rows.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Less than the minute between two alarms, so that each of them finds the servers due. */
export const POLL_INTERVAL = MINUTE - 10_000;

/** Of a server that says at once what comes, since any hint may be lost. docs/protocol.md#6 */
export const LIVE_POLL_INTERVAL = 10 * MINUTE;

const FIRST_DELAY = 5000;
const LONGEST_DELAY = HOUR;

/** Unix seconds. */
export function seconds(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}

/**
 * When to try again after one more failure: 5 s, doubled each time up to an hour, spread by a fifth so that many
 * agents do not come back at once.
 * @param after seconds that the other side asked for
 */
export function later(ports: { clock: Clock; random: Random }, attempts: number, after = 0): Retry {
  const delay = Math.min(FIRST_DELAY * 2 ** Math.min(attempts, 16), LONGEST_DELAY);
  const spread = 0.8 + (0.4 * byteOf(ports.random)) / 255;
  const wait = Math.max(delay * spread, Math.min(after * 1000, DAY));
  return { attempts: attempts + 1, nextTry: Math.round(ports.clock.now() + wait) };
}

function byteOf(random: Random): number {
  return random.bytes(1)[0] ?? 0;
}
