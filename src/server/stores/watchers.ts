import type { Address } from '../../protocol/ids.ts';
import type { Cursor } from '../../protocol/server-api.ts';
import type { Store } from './store.ts';

/** Who in this process wants to know of new deliveries. */
export interface Watchers {
  readonly watch: Store['watch'];
  tell(inbox: Address, cursor: Cursor): void;
  isWatched(inbox: Address): boolean;
}

export function createWatchers(): Watchers {
  const watching = new Map<Address, Set<(cursor: Cursor) => void>>();
  return {
    watch(inbox, arrived) {
      const call = (cursor: Cursor): void => arrived(cursor); // the same function may watch twice
      const calls = watching.get(inbox) ?? new Set();
      watching.set(inbox, calls.add(call));
      return () => {
        if (calls.delete(call) && calls.size === 0) watching.delete(inbox);
      };
    },
    tell(inbox, cursor) {
      for (const call of watching.get(inbox) ?? []) call(cursor);
    },
    isWatched: (inbox) => watching.has(inbox),
  };
}
