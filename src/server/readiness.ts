import { LetterboxError } from '../protocol/errors.ts';
import type { Clock } from '../protocol/ports.ts';
import { createCache } from './cache.ts';
import type { Store } from './stores/store.ts';

/** Whether requests should be sent here. */
export interface Readiness {
  /** @throws LetterboxError `unavailable` */
  readonly ready: () => Promise<void>;
  /** No more, for good. */
  readonly drain: () => void;
}

/** Anybody may ask, and each check costs a write. */
const AGE_SECONDS = 1;

export function createReadiness({ store, clock }: { store: Store; clock: Clock }): Readiness {
  const check = createCache<void>({ clock, good: AGE_SECONDS, bad: AGE_SECONDS, size: 1, keep: () => true });
  let draining = false;
  return {
    async ready() {
      if (draining) throw new LetterboxError('unavailable', { after: 5 });
      await check('store', AGE_SECONDS, () => store.check());
    },
    drain: () => {
      draining = true;
    },
  };
}
