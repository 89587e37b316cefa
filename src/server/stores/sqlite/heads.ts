import type { Address } from '../../../protocol/ids.ts';
import type { Cursor } from '../../../protocol/server-api.ts';
import { createRecent } from '../../recent.ts';
import type { Inbox } from '../store.ts';
import type { InboxRow } from './inboxes.ts';

/** What lies in an inbox, counted. */
export interface Contents {
  readonly row: InboxRow;
  /** After the newest delivery. */
  readonly cursor: Cursor;
}

/**
 * All that most requests ask of an inbox, of those that were asked for last. It holds as long as every write to an inbox
 * says so, in its own transaction: no other process writes to the database, and nothing is read between a write and its
 * commit. Nobody's absence is remembered.
 */
export interface Heads {
  readonly inbox: (address: Address) => Inbox | undefined;
  /** The same, where it is at hand. */
  readonly inboxAtHand: (address: Address) => Inbox | undefined;
  /** Its row's. */
  readonly id: (address: Address) => number | undefined;
  /** @throws LetterboxError `not-enrolled` */
  readonly contents: (address: Address) => Contents;
  readonly contentsAtHand: (address: Address) => Contents | undefined;
  /** What lies in it, or its policy, changes. */
  changed(address: Address): void;
  /** So does its record. */
  recordChanged(address: Address): void;
  /** What lies in any of them changes. */
  allChanged(): void;
}

/** @param load reads them */
export function rememberHeads(size: number, load: Pick<Heads, 'inbox' | 'id' | 'contents'>): Heads {
  const inboxes = createRecent<Inbox>(size);
  const ids = createRecent<number>(size);
  const contents = createRecent<Contents>(size);
  return {
    inbox(address) {
      const known = inboxes.get(address);
      if (known !== undefined) return known;
      const inbox = load.inbox(address);
      if (inbox !== undefined) inboxes.set(address, inbox);
      return inbox;
    },
    id(address) {
      const known = ids.get(address);
      if (known !== undefined) return known;
      const id = load.id(address);
      if (id !== undefined) ids.set(address, id);
      return id;
    },
    contents(address) {
      const known = contents.get(address);
      if (known !== undefined) return known;
      const read = load.contents(address);
      contents.set(address, read);
      return read;
    },
    inboxAtHand: inboxes.get,
    contentsAtHand: contents.get,
    changed: contents.delete,
    recordChanged(address) {
      inboxes.delete(address);
      ids.delete(address);
      contents.delete(address);
    },
    allChanged: contents.clear,
  };
}
