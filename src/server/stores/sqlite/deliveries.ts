import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Digest } from '../../../protocol/bytes.ts';
import { LetterboxError } from '../../../protocol/errors.ts';
import type { Address, Bucket, DeliveryId, Name } from '../../../protocol/ids.ts';
import type { Delivery, DeliveryKey } from '../../../protocol/server-api.ts';
import { digestOf } from '../digest.ts';
import { contactRefusal, strangerRefusal, type Occupied } from '../rules.ts';
import type { Accepted, NewDelivery, Remembered, StoreLimits } from '../store.ts';
import type { Enrolled } from './enrolments.ts';
import { BY_VALUE } from './by-value.ts';
import { LISTED, type InboxRow, type InboxRowFor, type InboxTable } from './inboxes.ts';
import { keyOf, keysOf } from './keys.ts';
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
  page(inbox: InboxRow, query: PageQuery): Placed[];
  /** An inbox's counters, less what has expired but is not swept yet. */
  counts(inbox: Countable, now: number): Counted;
  acknowledge(address: Address, items: readonly DeliveryKey[]): void;
  remove(address: Address, items: readonly DeliveryKey[]): void;
  /** @returns how many deliveries were erased. */
  sweep(now: number, limit: number): number;
}

type Place = Pick<Enrolled, 'id' | 'generation' | 'storedLimit' | 'hasPolicy'>;

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

type Countable = Pick<InboxRow, 'id' | 'total' | 'unread' | 'strangers' | 'next_expiry'>;

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

export function deliveries(db: DatabaseSync, inboxes: InboxTable, limits: StoreLimits): Deliveries {
  const find = db.prepare(
    `SELECT deliveries.*, listed.read, listed.stranger FROM entries JOIN deliveries ON number = entries.delivery
       LEFT JOIN entries AS listed ON listed.inbox = entries.inbox AND listed.key = entries.sequence
       WHERE entries.inbox = ? AND entries.key = ?`,
  );
  const answered = db.prepare(
    `SELECT pointer, digest, received_at, deliveries.expires
       FROM entries JOIN deliveries ON number = delivery
       WHERE entries.inbox = ? AND key = ? AND deliveries.expires > ?`,
  );
  const insert = db.prepare(
    `INSERT INTO deliveries (inbox, sequence, sender, id, bucket, name, pointer, received_at, expires)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const key = db.prepare(
    'INSERT INTO entries (inbox, key, sequence, delivery) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const enlist = db.prepare(
    'INSERT INTO entries (inbox, key, delivery, expires, read, stranger) VALUES (?, ?, ?, ?, 0, ?)',
  );
  const page = (which: string): StatementSync =>
    db.prepare(
      `SELECT deliveries.*, read FROM entries JOIN deliveries ON number = delivery
         WHERE entries.inbox = ? AND key > ? AND ${LISTED} AND entries.expires > ? ${which}
         ORDER BY key LIMIT ${BY_VALUE}`,
    );
  const after = page('');
  const unreadAfter = page('AND read = 0');
  const read = db.prepare(
    `UPDATE entries SET read = 1 WHERE inbox = ?1 AND read = 0
       AND key = (SELECT sequence FROM entries WHERE inbox = ?1 AND key = ?2)`,
  );
  const blank = db.prepare(
    `UPDATE deliveries SET pointer = NULL, digest = ?, bucket = '', name = NULL WHERE number = ?`,
  );
  const forget = db.prepare('DELETE FROM deliveries WHERE number = ?');
  const strike = db.prepare('DELETE FROM entries WHERE inbox = ? AND key = ?');
  const due = db.prepare(
    `SELECT deliveries.*, read, stranger FROM deliveries
       LEFT JOIN entries ON entries.inbox = deliveries.inbox AND key = deliveries.sequence
       WHERE deliveries.expires <= ? ORDER BY deliveries.expires LIMIT ${BY_VALUE}`,
  );
  const expired = db.prepare(
    `SELECT count(*) AS total, total(1 - read) AS unread, total(stranger) AS strangers FROM entries
       WHERE inbox = ? AND ${LISTED} AND expires <= ?`,
  );
  const strangersOf = db.prepare(
    `SELECT count(*) AS stored FROM entries JOIN entries AS listed
       ON listed.inbox = entries.inbox AND listed.key = entries.sequence
       WHERE entries.inbox = ? AND entries.key BETWEEN ? AND ? AND listed.stranger = 1 AND listed.expires > ?`,
  );

  const row = (inbox: number, { from, id }: DeliveryKey): DeliveryRow | undefined =>
    find.get(inbox, keyOf(from, id)) as DeliveryRow | undefined;

  function counts(inbox: Countable, now: number): Counted {
    if (inbox.next_expiry === null || inbox.next_expiry > now) return inbox;
    const gone = expired.get(inbox.id, now) as unknown as Counted;
    return {
      total: inbox.total - gone.total,
      unread: inbox.unread - gone.unread,
      strangers: inbox.strangers - gone.strangers,
    };
  }

  function unlist({ inbox, sequence, read: isRead, stranger }: DeliveryRow): void {
    if (isRead === null || stranger === null) return; // it was when it was removed
    strike.run(inbox, sequence);
    inboxes.count(inbox, { total: -1, unread: isRead - 1, strangers: -stranger });
  }

  function erase(known: DeliveryRow): void {
    unlist(known);
    strike.run(known.inbox, keyOf(known.sender, known.id));
    forget.run(known.number);
  }

  /** @returns the inbox without it. */
  function forgetExpired(place: Place, known: DeliveryRow, { from }: NewDelivery): InboxRowFor | undefined {
    erase(known);
    inboxes.expectNext(place.id);
    return inboxes.findFor(place, from);
  }

  function refusalOf(
    inbox: InboxRowFor,
    { from, receivedAt }: NewDelivery,
    storedLimit: number | undefined,
  ): LetterboxError | undefined {
    if (inbox.standing === 'blocked') return new LetterboxError('recipient-refused', {});
    const occupied = counts(inbox, receivedAt);
    if (inbox.standing === 'allowed') return contactRefusal(occupied, storedLimit ?? limits.stored);
    const ofSender = (): number => Number(strangersOf.get(inbox.id, ...keysOf(from), receivedAt)?.['stored']);
    return strangerRefusal(occupied, ofSender, limits);
  }

  /** @returns false where something stands under its key */
  function store(inbox: InboxRowFor, delivery: NewDelivery): boolean {
    const isStranger = inbox.standing === null;
    const { from, id, bucket, name = null, pointer, receivedAt, expires } = delivery;
    const sequence = inbox.last_sequence + 1;
    const [where, what] = [
      [inbox.id, sequence, from, id],
      [bucket, name, packPointer(pointer), receivedAt, expires],
    ];
    const { lastInsertRowid: number } = insert.run(...where, ...what);
    if (key.run(inbox.id, keyOf(from, id), sequence, number).changes === 0) {
      forget.run(number);
      return false;
    }
    enlist.run(inbox.id, sequence, number, expires, Number(isStranger));
    inboxes.countNew(inbox.id, expires, isStranger);
    return true;
  }

  return {
    remembered(inbox, { from, id }, now) {
      const found = answered.get(inbox, keyOf(from, id), now) as DeliveryRow | undefined;
      if (found === undefined) return undefined;
      const { received_at: receivedAt, expires } = found;
      return { digest: digestOfRow(found), receivedAt, expires };
    },

    accept(place, delivery) {
      const inbox = place && inboxes.findFor(place, delivery.from);
      if (place === undefined || inbox === undefined) throw new LetterboxError('recipient-refused', {});
      const refusal = refusalOf(inbox, delivery, place.storedLimit);
      if (refusal === undefined && store(inbox, delivery)) return acceptedAt(place, inbox, delivery);
      // Refused, or something stands under the key: what was answered before is answered again.
      const known = row(inbox.id, delivery);
      if (known !== undefined && known.expires > delivery.receivedAt) return repeat(place, known, delivery);
      const current = known === undefined ? inbox : (forgetExpired(place, known, delivery) ?? inbox);
      const again = refusalOf(current, delivery, place.storedLimit);
      if (again !== undefined) throw again;
      store(current, delivery);
      return acceptedAt(place, current, delivery);
    },

    counts,

    page: (inbox, { after: sequence, limit, unreadOnly, now }) =>
      (unreadOnly ? unreadAfter : after)
        .all(inbox.id, sequence, now, limit)
        .map((found) => toPlaced(found as unknown as DeliveryRow)),

    acknowledge(address, items) {
      const { id: inbox } = inboxes.get(address);
      let changed = 0;
      for (const { from, id } of items) changed += Number(read.run(inbox, keyOf(from, id)).changes);
      inboxes.count(inbox, { unread: -changed });
    },

    remove(address, items) {
      const { id: inbox } = inboxes.get(address);
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
  inbox: InboxRowFor,
  { receivedAt, expires }: NewDelivery,
): ReturnType<Deliveries['accept']> {
  return { outcome: 'stored', receivedAt, expires, generation, sequence: inbox.last_sequence + 1 };
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
