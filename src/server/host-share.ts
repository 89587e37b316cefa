import type { Clock } from '../protocol/ports.ts';
import type { Rate } from './rate.ts';

const MINUTE_MS = 60_000;
/** Who is forgotten has the full share again; what is remembered stays some megabytes. */
const KEYS = 50_000;

/**
 * At most so many within any minute for each key. Not createRate: after a saved-up minute that one lets through up to
 * twice as many in the next, which is too much of a budget that is counted so itself (host-budget.ts).
 * @param perMinute Infinity: no limit
 */
export function createHostShare(perMinute: number, clock: Clock, size = KEYS): Rate {
  if (perMinute === Infinity) return () => 0;
  /** When each key's last minute's were taken, oldest first, the key used longest ago first. Unix milliseconds. */
  const taken = new Map<string, readonly number[]>();
  return (key) => {
    const now = clock.now();
    // a clock set back locks nobody out
    const recent = (taken.get(key) ?? []).filter((at) => at <= now && now - at < MINUTE_MS);
    const [oldest = now] = recent;
    if (recent.length >= perMinute) return Math.ceil((oldest + MINUTE_MS - now) / 1000);
    taken.delete(key);
    if (taken.size >= size) forgetOldest(taken);
    taken.set(key, [...recent, now]);
    return 0;
  };
}

function forgetOldest(taken: Map<string, unknown>): void {
  for (const key of taken.keys()) {
    taken.delete(key);
    return;
  }
}
