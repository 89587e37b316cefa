import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { LetterboxError } from '../../../protocol/errors.ts';
import type { Address } from '../../../protocol/ids.ts';
import { BY_VALUE } from './by-value.ts';
import { packEnrolled, unpackEnrolled, type Enrolled, type EnrolledRow } from './enrolled.ts';
import type { Slots } from './slots.ts';

/** What lies in an inbox, counted. */
export interface Counters {
  readonly last_sequence: number;
  readonly total: number;
  readonly unread: number;
  /** Of the total, those taken from strangers who were not allowed since. */
  readonly strangers: number;
  /** When the first of it expires. */
  readonly next_expiry: number | null;
}

/** What a delivery from somebody asks of an inbox. */
export interface CountersFor extends Counters {
  readonly standing: 'allowed' | 'blocked' | null;
}

/** By how much an inbox's counters change. */
export interface CounterChange {
  readonly total?: number;
  readonly unread?: number;
  readonly strangers?: number;
}

/** The inboxes themselves: what is known of each, and its counters. Synchronous: writes run inside the caller's transaction. */
export interface InboxTable {
  readonly find: (address: Address) => Enrolled | undefined;
  /** @throws LetterboxError `not-enrolled` */
  get(address: Address): Enrolled;
  /** A new one, with nothing in it. */
  create(enrolled: Enrolled): void;
  /** What is known of it changes. */
  put(enrolled: Enrolled): void;
  /** It, and all that lies in it. */
  erase(inbox: Pick<Enrolled, 'id' | 'inbox'>): void;
  /** At most `limit` of those whose record ran out by then. */
  ended(by: number, limit: number): Enrolled[];
  counters(id: number): Counters;
  /** With what its owner's policy says of a sender, where there is one. */
  countersFor(place: Pick<Enrolled, 'id' | 'policy'>, sender: Address): CountersFor;
  count(id: number, change: CounterChange): void;
  /** Counts a new delivery, which takes the next sequence. */
  countNew(id: number, expires: number, isStranger: boolean): void;
  /** Finds out anew when the next of what is counted expires. */
  expectNext(id: number): void;
}

/** In `entries`, up to where the places stand of what an inbox, ?1, lists. */
export const LAST_LISTED = '(?1 << 32) | 2147483647';
export const LISTED = `place BETWEEN (?1 << 32) | 1 AND ${LAST_LISTED}`;
const ALL = 'place BETWEEN ?1 << 32 AND (?1 << 32) | 4294967295';

const ENROLLED = 'place >> 32, address, exp, record';

type CountersRow = [
  last: number,
  total: number,
  unread: number,
  strangers: number,
  expires: number | null,
  standing?: CountersFor['standing'],
];

export function inboxTable(db: DatabaseSync, slots: Slots): InboxTable {
  const find = db.prepare(`SELECT ${ENROLLED} FROM entries WHERE place = ? << 32 AND address = ?`);
  const ended = db.prepare(`SELECT ${ENROLLED} FROM entries WHERE exp <= ? LIMIT ${BY_VALUE}`);
  const create = db.prepare(
    `INSERT INTO entries (place, address, exp, record, sequence, total, unread, strangers)
       VALUES (? << 32, ?, ?, ?, 0, 0, 0, 0)`,
  );
  const put = db.prepare('UPDATE entries SET address = ?2, exp = ?3, record = ?4 WHERE place = ?1 << 32');
  const erasures = [
    `DELETE FROM deliveries WHERE number IN
       (SELECT delivery FROM entries WHERE ${ALL} UNION SELECT delivery FROM crowded WHERE ${ALL})`,
    `DELETE FROM entries WHERE ${ALL}`,
    `DELETE FROM crowded WHERE ${ALL}`,
    'DELETE FROM standings WHERE inbox = ?',
  ].map((sql) => db.prepare(sql));
  const [counters, countersFor] = [
    'SELECT sequence, total, unread, strangers, expires FROM entries WHERE place = ? << 32',
    `SELECT sequence, total, unread, strangers, expires, standing FROM entries
       LEFT JOIN standings ON inbox = ?1 AND standings.sender = ?2 WHERE place = ?1 << 32`,
  ].map((sql) => db.prepare(sql)) as [StatementSync, StatementSync];
  for (const each of [find, ended, counters, countersFor]) each.setReturnArrays(true); // most sends ask: an object takes twice as long
  const count = db.prepare(
    `UPDATE entries SET total = total + ?, unread = unread + ?, strangers = strangers + ? WHERE place = ? << 32`,
  );
  const countNew = db.prepare(
    `UPDATE entries SET sequence = sequence + 1, total = total + 1, unread = unread + 1,
       strangers = strangers + ?, expires = min(coalesce(expires, ?2), ?2) WHERE place = ? << 32`,
  );
  const expectNext = db.prepare(
    `UPDATE entries SET expires = (SELECT min(expires) FROM entries WHERE ${LISTED}) WHERE place = ?1 << 32`,
  );

  const table: InboxTable = {
    find(address) {
      const row = slots.find(find, address) as EnrolledRow | undefined;
      return row && unpackEnrolled(row);
    },
    get(address) {
      const enrolled = table.find(address);
      if (enrolled === undefined) throw new LetterboxError('not-enrolled', {});
      return enrolled;
    },
    create: (enrolled) => void create.run(...packEnrolled(enrolled)),
    put: (enrolled) => void put.run(...packEnrolled(enrolled)),
    erase({ id, inbox: { address } }) {
      for (const erasure of erasures) erasure.run(id);
      slots.free(address);
    },
    ended: (by, limit) => (ended.all(by, limit) as unknown as EnrolledRow[]).map(unpackEnrolled),
    counters: (id) => toCounters(counters.get(id)),
    countersFor: ({ id, policy }, sender) =>
      toCounters(policy === undefined ? counters.get(id) : countersFor.get(id, sender)),
    count: (id, { total = 0, unread = 0, strangers = 0 }) => void count.run(total, unread, strangers, id),
    countNew: (id, expires, isStranger) => void countNew.run(Number(isStranger), expires, id),
    expectNext: (id) => void expectNext.run(id),
  };
  return table;
}

/** @param row of an inbox that is there */
function toCounters(row: unknown): CountersFor {
  const [last_sequence, total, unread, strangers, next_expiry, standing = null] = row as CountersRow;
  return { last_sequence, total, unread, strangers, next_expiry, standing };
}
