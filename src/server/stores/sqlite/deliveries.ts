import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Digest } from '../../../protocol/bytes.ts';
import { LetterboxError } from '../../../protocol/errors.ts';
import type { Address, Bucket, DeliveryId, Name } from '../../../protocol/ids.ts';
import type { Delivery, DeliveryKey } from '../../../protocol/server-api.ts';
import { digestOf } from '../digest.ts';
import { contactRefusal, strangerRefusal, type Occupied } from '../rules.ts';
import type { Accepted, NewDelivery, Remembered, StoreLimits } from '../store.ts';
import type { Bits } from './bits.ts';
import { BY_VALUE } from './by-value.ts';
import type { Enrolled } from './enrolled.ts';
import type { Contents } from './heads.ts';
import { LAST_LISTED, LISTED, type CountersFor, type InboxTable } from './inboxes.ts';
import { keysOf, keyTable, OF_STRANGER } from './keys.ts';
import { packPointer, unpackPointer, type PackedPointer } from './packed-pointer.ts';

/** What lies in the inboxes. Synchronous: writes run inside the caller's transaction. */
export interface Deliveries {
  remembered(inbox: number, key: DeliveryKey, now: number): Remembered | undefined;
  /** `sequence`: where it stands in its inbox, newly stored or not. */
  accept(
    place: Place | undefined,
    delivery: NewDelivery,
  ): Accepted & { readonly generation: number; readonly sequence: number };
  /** In order. */
  page(inbox: number, query: PageQuery): Placed[];
  /** An inbox's counters, less what has expired but is not swept yet. */
  counts(inbox: Countable, now: number): Counted;
  acknowledge(inbox: number, items: readonly DeliveryKey[]): void;
  remove(inbox: number, items: readonly DeliveryKey[]): void;
  /** @returns how many deliveries were erased. */
  sweep(now: number, limit: number): number;
}

type Place = Pick<Enrolled, 'id' | 'generation' | 'storedLimit' | 'policy'>;

export interface PageQuery {
  /** The sequence that the page starts after. */
  readonly after: number;
  readonly limit: number;
  readonly unreadOnly: boolean;
  readonly now: number;
}

export interface Counted extends Occupied {
  readonly unread: number;
}

interface Countable extends Pick<Contents, 'counters'> {
  readonly enrolled: Pick<Enrolled, 'id'>;
}

/** A delivery and where it stands in its inbox. */
export interface Placed {
  readonly sequence: number;
  readonly delivery: Delivery;
}

interface DeliveryRow {
  readonly number: number;
  readonly inbox: number;
  readonly sequence: number;
  readonly sender: Address;
  readonly id: DeliveryId;
  readonly bucket: Bucket;
  readonly name: Name | null;
  /** Null once it is removed. */
  readonly pointer: PackedPointer | null;
  /** Null until then. */
  readonly digest: Digest | null;
  readonly received_at: number;
  readonly expires: number;
  /** These two are null once it is removed. */
  readonly read: 0 | 1 | null;
  readonly stranger: 0 | 1 | null;
}

const ROW = `SELECT deliveries.*, read, stranger FROM deliveries
  LEFT JOIN entries ON place = (inbox << 32) | deliveries.sequence`;

export function deliveries(
  db: DatabaseSync,
  inboxes: InboxTable,
  { limits, bits }: { readonly limits: StoreLimits; readonly bits: Bits },
): Deliveries {
  const keys = keyTable(db, bits);
  const find = db.prepare(`${ROW} WHERE number = ?`);
  const insert = db.prepare(
    `INSERT INTO deliveries (inbox, sequence, sender, id, bucket, name, pointer, received_at, expires)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const enlist = db.prepare(
    'INSERT INTO entries (place, delivery, expires, read, stranger) VALUES ((? << 32) | ?, ?, ?, 0, ?)',
  );
  const page = (which: string): StatementSync =>
    db.prepare(
      `SELECT deliveries.*, read FROM entries JOIN deliveries ON number = delivery
         WHERE place > (?1 << 32) | ?2 AND place <= ${LAST_LISTED} AND entries.expires > ?3 ${which}
         ORDER BY place LIMIT ${BY_VALUE}`,
    );
  const after = page('');
  const unreadAfter = page('AND read = 0');
  const read = db.prepare('UPDATE entries SET read = 1 WHERE place = (? << 32) | ? AND read = 0');
  const blank = db.prepare(
    `UPDATE deliveries SET pointer = NULL, digest = ?, bucket = '', name = NULL WHERE number = ?`,
  );
  const forget = db.prepare('DELETE FROM deliveries WHERE number = ?');
  const strike = db.prepare('DELETE FROM entries WHERE place = (? << 32) | ?');
  const due = db.prepare(
    `${ROW} WHERE deliveries.expires <= ? ORDER BY deliveries.expires LIMIT ${BY_VALUE}`,
  );
  const expired = db.prepare(
    `SELECT count(*) AS total, total(1 - read) AS unread, total(stranger) AS strangers FROM entries
       WHERE ${LISTED} AND expires <= ?2`,
  );
  const strangersOf = db.prepare(`SELECT count(*) AS stored FROM ${OF_STRANGER} AND listed.expires > ?5`);

  function row(inbox: number, key: DeliveryKey): DeliveryRow | undefined {
    const known = keys.find(inbox, key);
    return known && (find.get(known.delivery) as unknown as DeliveryRow);
  }

  function counts({ enrolled: { id }, counters }: Countable, now: number): Counted {
    if (counters.next_expiry === null || counters.next_expiry > now) return counters;
    const gone = expired.get(id, now) as unknown as Counted;
    return {
      total: counters.total - gone.total,
      unread: counters.unread - gone.unread,
      strangers: counters.strangers - gone.strangers,
    };
  }

  function unlist({ inbox, sequence, read: isRead, stranger }: DeliveryRow): void {
    if (isRead === null || stranger === null) return; // it was when it was removed
    strike.run(inbox, sequence);
    inboxes.count(inbox, { total: -1, unread: isRead - 1, strangers: -stranger });
  }

  function erase(known: DeliveryRow): void {
    unlist(known);
    keys.erase(known.inbox, { from: known.sender, id: known.id }, known.number);
    forget.run(known.number);
  }

  function refusalOf(
    place: Place,
    counters: CountersFor,
    { from, receivedAt }: NewDelivery,
  ): LetterboxError | undefined {
    if (counters.standing === 'blocked') return new LetterboxError('recipient-refused', {});
    const occupied = counts({ enrolled: place, counters }, receivedAt);
    if (counters.standing === 'allowed') return contactRefusal(occupied, place.storedLimit ?? limits.stored);
    const ofSender = (): number =>
      Number(strangersOf.get(place.id, ...keysOf(from, bits), from, receivedAt)?.['stored']);
    return strangerRefusal(occupied, ofSender, limits);
  }

  /** @returns false where something stands under its key */
  function store(inbox: number, counters: CountersFor, delivery: NewDelivery): boolean {
    const isStranger = counters.standing === null;
    const { from, id, bucket, name = null, pointer, receivedAt, expires } = delivery;
    const sequence = counters.last_sequence + 1;
    const [where, what] = [
      [inbox, sequence, from, id],
      [bucket, name, packPointer(pointer), receivedAt, expires],
    ];
    const number = Number(insert.run(...where, ...what).lastInsertRowid);
    if (!keys.add(inbox, delivery, { delivery: number, sequence })) {
      forget.run(number);
      return false;
    }
    enlist.run(inbox, sequence, number, expires, Number(isStranger));
    inboxes.countNew(inbox, expires, isStranger);
    return true;
  }

  return {
    remembered(inbox, key, now) {
      const found = row(inbox, key);
      if (found === undefined || found.expires <= now) return undefined;
      const { received_at: receivedAt, expires } = found;
      return { digest: digestOfRow(found), receivedAt, expires };
    },

    accept(place, delivery) {
      if (place === undefined) throw new LetterboxError('recipient-refused', {});
      const { id: inbox } = place;
      const counters = inboxes.countersFor(place, delivery.from);
      const refusal = refusalOf(place, counters, delivery);
      if (refusal === undefined && store(inbox, counters, delivery))
        return acceptedAt(place, counters, delivery);
      // Refused, or something stands under the key: what was answered before is answered again.
      const known = row(inbox, delivery);
      if (known !== undefined && known.expires > delivery.receivedAt) return repeat(place, known, delivery);
      if (known !== undefined) {
        erase(known);
        inboxes.expectNext(inbox);
      }
      const current = inboxes.countersFor(place, delivery.from);
      const again = refusalOf(place, current, delivery);
      if (again !== undefined) throw again;
      store(inbox, current, delivery);
      return acceptedAt(place, current, delivery);
    },

    counts,

    page: (inbox, { after: sequence, limit, unreadOnly, now }) =>
      (unreadOnly ? unreadAfter : after)
        .all(inbox, sequence, now, limit)
        .map((found) => toPlaced(found as unknown as DeliveryRow)),

    acknowledge(inbox, items) {
      let changed = 0;
      for (const item of items) {
        const known = keys.find(inbox, item);
        if (known !== undefined) changed += Number(read.run(inbox, known.sequence).changes);
      }
      inboxes.count(inbox, { unread: -changed });
    },

    remove(inbox, items) {
      for (const item of items) {
        const found = row(inbox, item);
        if (found === undefined) continue;
        unlist(found);
        blank.run(digestOfRow(found), found.number);
      }
    },

    sweep(now, limit) {
      const rows = due.all(now, limit) as unknown as DeliveryRow[];
      for (const found of rows) erase(found);
      for (const inbox of new Set(rows.map((found) => found.inbox))) inboxes.expectNext(inbox);
      return rows.length;
    },
  };
}

/** Just stored. */
function acceptedAt(
  { generation }: Place,
  { last_sequence: last }: CountersFor,
  { receivedAt, expires }: NewDelivery,
): ReturnType<Deliveries['accept']> {
  return { outcome: 'stored', receivedAt, expires, generation, sequence: last + 1 };
}

function repeat(
  { generation }: Place,
  known: DeliveryRow,
  { pointer }: NewDelivery,
): ReturnType<Deliveries['accept']> {
  if (digestOfRow(known) !== digestOf(pointer)) throw new LetterboxError('conflict', {});
  const { received_at: receivedAt, expires, sequence } = known;
  return { outcome: 'known', receivedAt, expires, generation, sequence };
}

function digestOfRow({ pointer, digest }: Pick<DeliveryRow, 'pointer' | 'digest'>): Digest {
  return pointer === null ? (digest as Digest) : digestOf(unpackPointer(pointer));
}

function toPlaced(found: DeliveryRow): Placed {
  const { sequence, id, sender: address, bucket, name, received_at: receivedAt, expires } = found;
  const from = { address, bucket, ...(name === null ? {} : { name }) };
  const pointer = unpackPointer(found.pointer as PackedPointer); // only what is listed is asked for
  return { sequence, delivery: { id, from, pointer, receivedAt, expires, read: found.read === 1 } };
}
