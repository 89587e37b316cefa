import type { Clock } from '../protocol/ports.ts';

/**
 * Takes one for a key, if its rate allows.
 * @returns 0, or the seconds until the next is there
 */
export type Rate = (key: string) => number;

const MINUTE_MS = 60_000;
/** Who is forgotten has the full rate again; what is remembered stays some megabytes. */
const KEYS = 50_000;

/**
 * So many a minute for each key, all of a minute's at once if they were saved up (GCRA: one number a key).
 * @param perMinute 0: no limit
 */
export function createRate(perMinute: number, clock: Clock, size = KEYS): Rate {
  if (perMinute === 0) return () => 0;
  const interval = MINUTE_MS / perMinute;
  /** When each key will have all of its minute back. Unix milliseconds. */
  const full = new Map<string, number>();

  return (key) => {
    const now = clock.now();
    const at = Math.max(now, Math.min(full.get(key) ?? 0, now + MINUTE_MS)); // a clock set back locks nobody out
    const wait = at + interval - (now + MINUTE_MS);
    if (wait > 0) {
      full.set(key, at);
      return Math.ceil(wait / 1000);
    }
    if (full.size >= size && !full.has(key)) makeRoom(full, now, size);
    full.set(key, at + interval);
    return 0;
  };
}

/** Forgets who has the full rate again anyway; where these are few, the first that came, too. */
function makeRoom(full: Map<string, number>, now: number, size: number): void {
  const enough = Math.floor(size * 0.9); // so that it is not done for each new key
  for (const [key, at] of full) if (at <= now) full.delete(key);
  for (const key of full.keys()) {
    if (full.size <= enough) return;
    full.delete(key);
  }
}
