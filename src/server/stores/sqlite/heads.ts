import type { Address } from '../../../protocol/ids.ts';
import type { Cursor } from '../../../protocol/server-api.ts';
import { createRecent } from '../../recent.ts';
import type { Enrolled } from './enrolments.ts';
import type { InboxRow } from './inboxes.ts';

/** What lies in an inbox, counted. */
export interface Contents {
  readonly row: InboxRow;
  /** After the newest delivery. */
  readonly cursor: Cursor;
}

/**
 * All that most requests ask of an inbox, of those that were asked for last. It holds as long as every write to an inbox
 * says so, in its own transaction: no other process writes to the database, and only the writes of that transaction read
 * between a write and its commit; where that fails, all is forgotten. Nobody's absence is remembered.
 */
export interface Heads {
  readonly enrolled: (address: Address) => Enrolled | undefined;
  /** The same, where it is at hand. */
  readonly enrolledAtHand: (address: Address) => Enrolled | undefined;
  /** @throws LetterboxError `not-enrolled` */
  readonly contents: (address: Address) => Contents;
  readonly contentsAtHand: (address: Address) => Contents | undefined;
  /** What lies in it changes. */
  changed(address: Address): void;
  /** So does its record, or its policy. */
  recordChanged(address: Address): void;
  /** What lies in any of them changes. */
  allChanged(): void;
  /** Nothing of it may hold any more. */
  forget(): void;
}

interface Load {
  readonly enrolled: (address: Address) => Enrolled | undefined;
  readonly contents: Heads['contents'];
}

/** @param load reads them */
export function rememberHeads(size: number, load: Load): Heads {
  const enrolled = createRecent<Enrolled>(size);
  const contents = createRecent<Contents>(size);

  function find(address: Address): Enrolled | undefined {
    const known = enrolled.get(address);
    if (known !== undefined) return known;
    const found = load.enrolled(address);
    if (found !== undefined) enrolled.set(address, found);
    return found;
  }

  return {
    enrolled: find,
    enrolledAtHand: enrolled.get,
    contents(address) {
      const known = contents.get(address);
      if (known !== undefined) return known;
      const read = load.contents(address);
      contents.set(address, read);
      return read;
    },
    contentsAtHand: contents.get,
    changed: contents.delete,
    recordChanged(address) {
      enrolled.delete(address);
      contents.delete(address);
    },
    allChanged: contents.clear,
    forget() {
      enrolled.clear();
      contents.clear();
    },
  };
}
