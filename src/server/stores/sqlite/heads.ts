import type { Address } from '../../../protocol/ids.ts';
import type { Cursor } from '../../../protocol/server-api.ts';
import { createRecent } from '../../recent.ts';
import type { Inbox } from '../store.ts';
import type { InboxRow } from './inboxes.ts';

/** All that most requests ask of an inbox. */
export interface Head {
  readonly inbox: Inbox;
  readonly row: InboxRow;
  /** After the newest delivery. */
  readonly cursor: Cursor;
}

/**
 * What is known of the inboxes that were asked for last. It holds as long as every write to an inbox says so, in its own
 * transaction: no other process writes to the database, and nothing is read between a write and its commit.
 */
export interface Heads {
  /** @param load reads it; undefined, which is not remembered, where nobody enrolled */
  get(address: Address, load: (address: Address) => Head | undefined): Head | undefined;
  changed(address: Address): void;
  allChanged(): void;
}

export function rememberHeads(size: number): Heads {
  const heads = createRecent<Head>(size);
  return {
    get(address, load) {
      const known = heads.get(address);
      if (known !== undefined) return known;
      const head = load(address);
      if (head !== undefined) heads.set(address, head);
      return head;
    },
    changed: heads.delete,
    allChanged: heads.clear,
  };
}
