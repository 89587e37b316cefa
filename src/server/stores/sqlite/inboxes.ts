import type { DatabaseSync } from 'node:sqlite';
import { LetterboxError } from '../../../protocol/errors.ts';
import type { Address } from '../../../protocol/ids.ts';

/** An inbox's row: its counters, without its record. */
export interface InboxRow {
  readonly id: number;
  readonly last_sequence: number;
  readonly total: number;
  readonly unread: number;
  readonly strangers: number;
  readonly policy_seq: number | null;
  readonly policy_digest: string | null;
  readonly next_expiry: number | null;
  readonly stored_limit: number | null;
}

export interface InboxRowFor extends InboxRow {
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
  /** The same, and what its owner's policy says of a sender. */
  findFor(address: Address, sender: Address): InboxRowFor | undefined;
  /** @throws LetterboxError `not-enrolled` */
  get(address: Address): InboxRow;
  /** @returns its id. */
  create(address: Address, storedLimit?: number): number;
  erase(id: number): void;
  count(id: number, change: CounterChange): void;
  /** Counts a new delivery, which takes the next sequence. */
  countNew(id: number, expires: number, isStranger: boolean): void;
  /** Finds out anew when the next of what is counted expires. */
  expectNext(id: number): void;
  setPolicy(id: number, seq: number, digest: string): void;
}

export function inboxTable(db: DatabaseSync): InboxTable {
  const find = db.prepare('SELECT * FROM inboxes WHERE address = ?');
  const findFor = db.prepare(
    `SELECT inboxes.*, standing FROM inboxes
       LEFT JOIN standings ON inbox = inboxes.id AND sender = ? WHERE address = ?`,
  );
  const create = db.prepare('INSERT INTO inboxes (address, stored_limit) VALUES (?, ?)');
  const erase = db.prepare('DELETE FROM inboxes WHERE id = ?');
  const setPolicy = db.prepare('UPDATE inboxes SET policy_seq = ?, policy_digest = ? WHERE id = ?');
  const count = db.prepare(
    'UPDATE inboxes SET total = total + ?, unread = unread + ?, strangers = strangers + ? WHERE id = ?',
  );
  const countNew = db.prepare(
    `UPDATE inboxes SET last_sequence = last_sequence + 1, total = total + 1, unread = unread + 1,
       strangers = strangers + ?, next_expiry = min(coalesce(next_expiry, ?2), ?2) WHERE id = ?`,
  );
  const expectNext = db.prepare(
    `UPDATE inboxes SET next_expiry =
       (SELECT min(expires) FROM deliveries WHERE inbox = inboxes.id AND pointer IS NOT NULL) WHERE id = ?`,
  );

  const table: InboxTable = {
    find: (address) => find.get(address) as InboxRow | undefined,
    findFor: (address, sender) => findFor.get(sender, address) as InboxRowFor | undefined,
    get(address) {
      const row = table.find(address);
      if (row === undefined) throw new LetterboxError('not-enrolled', {});
      return row;
    },
    create: (address, storedLimit) => Number(create.run(address, storedLimit ?? null).lastInsertRowid),
    erase: (id) => void erase.run(id),
    count: (id, { total = 0, unread = 0, strangers = 0 }) => void count.run(total, unread, strangers, id),
    countNew: (id, expires, isStranger) => void countNew.run(Number(isStranger), expires, id),
    expectNext: (id) => void expectNext.run(id),
    setPolicy: (id, seq, digest) => void setPolicy.run(seq, digest, id),
  };
  return table;
}
