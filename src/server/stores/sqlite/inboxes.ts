import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { LetterboxError } from '../../../protocol/errors.ts';
import type { Address } from '../../../protocol/ids.ts';
import type { Slots } from './slots.ts';

/** An inbox's counters, and what goes with them; its record apart. */
export interface InboxRow {
  readonly id: number;
  /** Never given twice: cursors carry it. */
  readonly generation: number;
  readonly last_sequence: number;
  readonly total: number;
  readonly unread: number;
  readonly strangers: number;
  readonly policy_seq: number | null;
  readonly policy_digest: string | null;
  readonly next_expiry: number | null;
}

/** What a delivery from somebody asks of an inbox. */
export interface InboxRowFor extends Pick<
  InboxRow,
  'id' | 'last_sequence' | 'total' | 'unread' | 'strangers' | 'next_expiry'
> {
  readonly standing: 'allowed' | 'blocked' | null;
}

/** By how much an inbox's counters change. */
export interface CounterChange {
  readonly total?: number;
  readonly unread?: number;
  readonly strangers?: number;
}

export interface InboxTable {
  find(address: Address): InboxRow | undefined;
  /** With what its owner's policy says of a sender, where there is one. */
  findFor(
    place: { readonly id: number; readonly hasPolicy: boolean },
    sender: Address,
  ): InboxRowFor | undefined;
  /** @throws LetterboxError `not-enrolled` */
  get(address: Address): InboxRow;
  /** The counters of a new one. */
  create(id: number): void;
  /** All that lies in it. */
  erase(id: number): void;
  count(id: number, change: CounterChange): void;
  /** Counts a new delivery, which takes the next sequence. */
  countNew(id: number, expires: number, isStranger: boolean): void;
  /** Finds out anew when the next of what is counted expires. */
  expectNext(id: number): void;
  setPolicy(id: number, seq: number, digest: string): void;
}

/** In `entries`: the keys that are sequences, apart from the counters' and from those of sender and ID. */
export const LISTED = 'key BETWEEN 1 AND 9223372036854775807';

const COLUMNS = `id, generation, policy_seq, policy_digest,
  sequence AS last_sequence, total, unread, strangers, expires AS next_expiry`;

type RowFor = [number, number, number, number, InboxRowFor['next_expiry'], InboxRowFor['standing']?];

export function inboxTable(db: DatabaseSync, slots: Slots): InboxTable {
  const find = db.prepare(
    `SELECT ${COLUMNS} FROM inboxes JOIN entries ON inbox = id AND key = 0 WHERE id = ? AND address = ?`,
  );
  const [findFor, findForAnybody] = [
    `SELECT sequence, total, unread, strangers, expires, standing FROM entries
       LEFT JOIN standings ON standings.inbox = entries.inbox AND sender = ?2 WHERE entries.inbox = ?1 AND key = 0`,
    'SELECT sequence, total, unread, strangers, expires FROM entries WHERE inbox = ? AND key = 0',
  ].map((sql) => db.prepare(sql)) as [StatementSync, StatementSync];
  for (const each of [findFor, findForAnybody]) each.setReturnArrays(true); // each delivery asks: an object takes twice as long
  const create = db.prepare(
    'INSERT INTO entries (inbox, key, sequence, total, unread, strangers) VALUES (?, 0, 0, 0, 0, 0)',
  );
  const erasures = [
    'DELETE FROM deliveries WHERE number IN (SELECT delivery FROM entries WHERE inbox = ?)',
    'DELETE FROM entries WHERE inbox = ?',
    'DELETE FROM standings WHERE inbox = ?',
  ].map((sql) => db.prepare(sql));
  const setPolicy = db.prepare('UPDATE inboxes SET policy_seq = ?, policy_digest = ? WHERE id = ?');
  const count = db.prepare(
    `UPDATE entries SET total = total + ?, unread = unread + ?, strangers = strangers + ?
       WHERE inbox = ? AND key = 0`,
  );
  const countNew = db.prepare(
    `UPDATE entries SET sequence = sequence + 1, total = total + 1, unread = unread + 1,
       strangers = strangers + ?, expires = min(coalesce(expires, ?2), ?2) WHERE inbox = ? AND key = 0`,
  );
  const expectNext = db.prepare(
    `UPDATE entries SET expires = (SELECT min(expires) FROM entries WHERE inbox = ?1 AND ${LISTED})
       WHERE inbox = ?1 AND key = 0`,
  );

  const table: InboxTable = {
    find: (address) => slots.find(find, address) as InboxRow | undefined,
    findFor({ id, hasPolicy }, sender) {
      const found = (hasPolicy ? findFor.get(id, sender) : findForAnybody.get(id)) as RowFor | undefined;
      if (found === undefined) return undefined;
      const [last_sequence, total, unread, strangers, next_expiry, standing = null] = found;
      return { id, last_sequence, total, unread, strangers, next_expiry, standing };
    },
    get(address) {
      const row = table.find(address);
      if (row === undefined) throw new LetterboxError('not-enrolled', {});
      return row;
    },
    create: (id) => void create.run(id),
    erase(id) {
      for (const erasure of erasures) erasure.run(id);
    },
    count: (id, { total = 0, unread = 0, strangers = 0 }) => void count.run(total, unread, strangers, id),
    countNew: (id, expires, isStranger) => void countNew.run(Number(isStranger), expires, id),
    expectNext: (id) => void expectNext.run(id),
    setPolicy: (id, seq, digest) => void setPolicy.run(seq, digest, id),
  };
  return table;
}
