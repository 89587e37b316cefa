import type { Clock } from '../../src/protocol/ports.ts';
import type { Origin } from '../../src/protocol/ids.ts';

const BURST = 60;
const PER_SECOND = 10;

interface Bucket {
  tokens: number;
  /** Milliseconds. */
  filledAt: number;
}

/**
 * How many calls an app may make: 60 at once, 10 a second after that, over all of its tabs.
 * @returns a function that takes one call's leave, false where the app has used up its own
 */
export function createLimiter(clock: Clock): (app: Origin) => boolean {
  const buckets = new Map<Origin, Bucket>();

  return (app) => {
    const now = clock.now();
    const bucket = buckets.get(app) ?? { tokens: BURST, filledAt: now };
    buckets.set(app, bucket);
    bucket.tokens = Math.min(BURST, bucket.tokens + (Math.max(0, now - bucket.filledAt) / 1000) * PER_SECOND);
    bucket.filledAt = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  };
}
