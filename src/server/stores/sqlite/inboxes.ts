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

/** By how much an inbox's counters change. */
export interface CounterChange {
  readonly sequence?: number;
  readonly total?: number;
  readonly unread?: number;
  readonly strangers?: number;
}

export interface InboxTable {
  find(address: Address): InboxRow | undefined;
  /** @throws LetterboxError `not-enrolled` */
  get(address: Address): InboxRow;
  /** @returns its id. */
  create(address: Address, storedLimit?: number): number;
  erase(id: number): void;
  count(id: number, change: CounterChange): void;
  /** Notes that something counted expires at this time. */
  expect(id: number, expires: number): void;
  /** Finds out anew when the next of what is counted expires. */
  expectNext(id: number): void;
  setPolicy(id: number, seq: number, digest: string): void;
}

export function inboxTable(db: DatabaseSync): InboxTable {
  const find = db.prepare('SELECT * FROM inboxes WHERE address = ?');
  const create = db.prepare('INSERT INTO inboxes (address, stored_limit) VALUES (?, ?)');
  const erase = db.prepare('DELETE FROM inboxes WHERE id = ?');
  const setPolicy = db.prepare('UPDATE inboxes SET policy_seq = ?, policy_digest = ? WHERE id = ?');
  const count = db.prepare(
    `UPDATE inboxes SET last_sequence = last_sequence + ?, total = total + ?, unread = unread + ?,
       strangers = strangers + ? WHERE id = ?`,
  );

  const expect = db.prepare(
    'UPDATE inboxes SET next_expiry = min(coalesce(next_expiry, :expires), :expires) WHERE id = :id',
  );
  const expectNext = db.prepare(
    `UPDATE inboxes SET next_expiry =
       (SELECT min(expires) FROM deliveries WHERE inbox = inboxes.id AND pointer IS NOT NULL) WHERE id = ?`,
  );

  const table: InboxTable = {
    find: (address) => find.get(address) as InboxRow | undefined,
    get(address) {
      const row = table.find(address);
      if (row === undefined) throw new LetterboxError('not-enrolled', {});
      return row;
    },
    create: (address, storedLimit) => Number(create.run(address, storedLimit ?? null).lastInsertRowid),
    erase: (id) => void erase.run(id),
    count: (id, { sequence = 0, total = 0, unread = 0, strangers = 0 }) =>
      void count.run(sequence, total, unread, strangers, id),
    expect: (id, expires) => void expect.run({ id, expires }),
    expectNext: (id) => void expectNext.run(id),
    setPolicy: (id, seq, digest) => void setPolicy.run(seq, digest, id),
  };
  return table;
}
