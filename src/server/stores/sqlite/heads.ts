import { LetterboxError } from '../../../protocol/errors.ts';
import type { Address } from '../../../protocol/ids.ts';
import type { Cursor } from '../../../protocol/server-api.ts';
import { createSifted } from '../../sifted.ts';
import type { Enrolled } from './enrolled.ts';
import type { Counters } from './inboxes.ts';

/** What lies in an inbox, counted. */
export interface Contents {
  readonly enrolled: Enrolled;
  readonly counters: Counters;
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
  /** The same, of one in which something changes. */
  readonly changing: (address: Address) => Enrolled | undefined;
  /** @throws LetterboxError `not-enrolled` */
  readonly contents: (address: Address) => Contents;
  readonly contentsAtHand: (address: Address) => Contents | undefined;
  /** Its record changes, or its policy. */
  recordChanged(address: Address): void;
  /** What lies in any of them changes. */
  allChanged(): void;
  /** Nothing of it may hold any more. */
  forget(): void;
}

interface Load {
  readonly enrolled: (address: Address) => Enrolled | undefined;
  readonly contents: (enrolled: Enrolled) => Contents;
}

interface Head {
  readonly enrolled: Enrolled;
  contents: Contents | undefined;
}

/** More than are under way at once: each is asked for twice or more while it is. */
const PASSING = 256;

/** @param load reads them */
export function rememberHeads(size: number, load: Load): Heads {
  const heads = createSifted<Head>(size, PASSING);

  function find(address: Address): Head | undefined {
    const known = heads.get(address);
    if (known !== undefined) return known;
    const enrolled = load.enrolled(address);
    if (enrolled === undefined) return undefined;
    const head = { enrolled, contents: undefined };
    heads.set(address, head);
    return head;
  }

  return {
    enrolled: (address) => find(address)?.enrolled,
    enrolledAtHand: (address) => heads.get(address)?.enrolled,
    contents(address) {
      const head = find(address);
      if (head === undefined) throw new LetterboxError('not-enrolled', {});
      head.contents ??= load.contents(head.enrolled);
      return head.contents;
    },
    contentsAtHand: (address) => heads.get(address)?.contents,
    changing(address) {
      const head = find(address);
      if (head !== undefined) head.contents = undefined;
      return head?.enrolled;
    },
    recordChanged: heads.delete,
    allChanged() {
      for (const head of heads.values()) head.contents = undefined;
    },
    forget: heads.clear,
  };
}
