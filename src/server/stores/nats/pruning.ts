import type { Entry } from './head.ts';

/**
 * Takes out of an inbox's state what has expired: only what the last sweep was told to erase, so that a clock that
 * jumps ahead hides for a while and erases nothing.
 */
export interface Pruning {
  swept(now: number): void;
  prune(entries: readonly Entry[]): readonly Entry[];
}

export function createPruning(): Pruning {
  let horizon = 0;
  return {
    swept: (now) => {
      horizon = now;
    },
    prune: (entries) => entries.filter(({ expires }) => expires > horizon),
  };
}
