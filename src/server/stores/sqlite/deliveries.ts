import type { DatabaseSync } from 'node:sqlite';
import type { Digest } from '../../../protocol/bytes.ts';
import { LetterboxError } from '../../../protocol/errors.ts';
import type { Address, Bucket, DeliveryId, Name } from '../../../protocol/ids.ts';
import type { Pointer } from '../../../protocol/pointer.ts';
import type { Delivery, DeliveryKey } from '../../../protocol/server-api.ts';
import { digestOf } from '../digest.ts';
import { contactRefusal, strangerRefusal, type Occupied } from '../rules.ts';
import type { Accepted, DeliveryAddress, NewDelivery, Remembered, StoreLimits } from '../store.ts';
import type { InboxRow, InboxRowFor, InboxTable } from './inboxes.ts';

/** What lies in the inboxes. Synchronous: writes run inside the caller's transaction. */
export interface Deliveries {
  readonly remembered: (key: DeliveryAddress, now: number) => Remembered | undefined;
  /** `sequence`: where it stands in its inbox, newly stored or not. */
  accept(delivery: NewDelivery): Accepted & { readonly inbox: number; readonly sequence: number };
  /** In order. */
  page(inbox: InboxRow, query: PageQuery): Placed[];
  /** An inbox's counters, less what has expired but is not swept yet. */
  counts(inbox: InboxRow, now: number): Counted;
  acknowledge(address: Address, items: readonly DeliveryKey[]): void;
  remove(address: Address, items: readonly DeliveryKey[]): void;
  /** @returns how many deliveries were erased. */
  sweep(now: number, limit: number): number;
}

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

/** A delivery and where it stands in its inbox. */
export interface Placed {
  readonly sequence: number;
  readonly delivery: Delivery;
}

interface DeliveryRow {
  readonly rowid: number;
  readonly inbox: number;
  readonly sequence: number;
  readonly sender: Address;
  readonly id: DeliveryId;
  readonly bucket: Bucket;
  readonly name: Name | null;
  readonly pointer: Pointer | null;
  readonly digest: Digest;
  readonly received_at: number;
  readonly expires: number;
  readonly read: 0 | 1;
  readonly stranger: 0 | 1;
}

/** SQLite prepares a statement anew for each value of a bare `LIMIT ?`, which takes ten times as long as to run it. */
const BY_VALUE = '? + 0';

export function deliveries(db: DatabaseSync, inboxes: InboxTable, limits: StoreLimits): Deliveries {
  const find = db.prepare('SELECT rowid, * FROM deliveries WHERE inbox = ? AND sender = ? AND id = ?');
  const answered = db.prepare(
    `SELECT digest, received_at AS receivedAt, expires FROM inboxes JOIN deliveries ON inbox = inboxes.id
       WHERE address = ? AND sender = ? AND deliveries.id = ? AND expires > ?`,
  );
  const insert = db.prepare(
    `INSERT INTO deliveries
       (inbox, sequence, sender, id, bucket, name, pointer, digest, received_at, expires, stranger)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (inbox, sender, id) DO NOTHING`,
  );
  const after = db.prepare(
    `SELECT * FROM deliveries WHERE inbox = ? AND sequence > ? AND pointer IS NOT NULL AND expires > ?
       ORDER BY sequence LIMIT ${BY_VALUE}`,
  );
  const unreadAfter = db.prepare(
    `SELECT * FROM deliveries WHERE inbox = ? AND sequence > ? AND pointer IS NOT NULL AND expires > ? AND read = 0
       ORDER BY sequence LIMIT ${BY_VALUE}`,
  );
  const read = db.prepare(
    `UPDATE deliveries SET read = 1
       WHERE inbox = ? AND sender = ? AND id = ? AND read = 0 AND pointer IS NOT NULL`,
  );
  const blank = db.prepare(`UPDATE deliveries SET pointer = NULL, bucket = '', name = NULL WHERE rowid = ?`);
  const forget = db.prepare('DELETE FROM deliveries WHERE rowid = ?');
  const due = db.prepare(
    `SELECT rowid, * FROM deliveries WHERE expires <= ? ORDER BY expires LIMIT ${BY_VALUE}`,
  );
  const expired = db.prepare(
    `SELECT count(*) AS total, total(1 - read) AS unread, total(stranger) AS strangers FROM deliveries
       WHERE inbox = ? AND pointer IS NOT NULL AND expires <= ?`,
  );
  const strangersOf = db.prepare(
    `SELECT count(*) AS stored FROM deliveries
       WHERE inbox = ? AND sender = ? AND stranger = 1 AND pointer IS NOT NULL AND expires > ?`,
  );

  const row = (inbox: number, { from, id }: DeliveryKey): DeliveryRow | undefined =>
    find.get(inbox, from, id) as DeliveryRow | undefined;

  function counts(inbox: InboxRow, now: number): Counted {
    if (inbox.next_expiry === null || inbox.next_expiry > now) return inbox;
    const gone = expired.get(inbox.id, now) as unknown as Counted;
    return {
      total: inbox.total - gone.total,
      unread: inbox.unread - gone.unread,
      strangers: inbox.strangers - gone.strangers,
    };
  }

  function uncount({ inbox, pointer, read: isRead, stranger }: DeliveryRow): void {
    if (pointer === null) return; // it was taken off the counters when it was removed
    inboxes.count(inbox, { total: -1, unread: isRead - 1, strangers: -stranger });
  }

  /** @returns the inbox without it. */
  function forgetExpired(inbox: InboxRowFor, known: DeliveryRow, { to, from }: NewDelivery): InboxRowFor {
    uncount(known);
    forget.run(known.rowid);
    inboxes.expectNext(inbox.id);
    return inboxes.findFor(to, from) ?? inbox;
  }

  function refusalOf(
    inbox: InboxRowFor,
    { from, receivedAt }: NewDelivery,
    isStranger: boolean,
  ): LetterboxError | undefined {
    if (inbox.standing === 'blocked') return new LetterboxError('recipient-refused', {});
    const occupied = counts(inbox, receivedAt);
    if (!isStranger) return contactRefusal(occupied, inbox.stored_limit ?? limits.stored);
    const ofSender = (): number => Number(strangersOf.get(inbox.id, from, receivedAt)?.['stored']);
    return strangerRefusal(occupied, ofSender, limits);
  }

  /** @returns false where something stands under its key */
  function store(inbox: InboxRow, delivery: NewDelivery, digest: Digest, isStranger: boolean): boolean {
    const { from, id, bucket, name = null, pointer, receivedAt, expires } = delivery;
    const sequence = inbox.last_sequence + 1;
    const stranger = Number(isStranger);
    const [where, who] = [
      [inbox.id, sequence],
      [from, id, bucket, name],
    ];
    const { changes } = insert.run(...where, ...who, pointer, digest, receivedAt, expires, stranger);
    if (changes === 0) return false;
    inboxes.countNew(inbox.id, expires, isStranger);
    return true;
  }

  return {
    remembered: ({ to, from, id }, now) => answered.get(to, from, id, now) as Remembered | undefined,

    accept(delivery) {
      const inbox = inboxes.findFor(delivery.to, delivery.from);
      if (inbox === undefined) throw new LetterboxError('recipient-refused', {});
      const digest = digestOf(delivery.pointer);
      const isStranger = inbox.standing === null;
      const refusal = refusalOf(inbox, delivery, isStranger);
      if (refusal === undefined && store(inbox, delivery, digest, isStranger)) {
        return acceptedAt(inbox, delivery);
      }
      // Refused, or something stands under the key: what was answered before is answered again.
      const known = row(inbox.id, delivery);
      if (known !== undefined && known.expires > delivery.receivedAt) return repeat(inbox.id, known, digest);
      const current = known === undefined ? inbox : forgetExpired(inbox, known, delivery);
      const again = refusalOf(current, delivery, isStranger);
      if (again !== undefined) throw again;
      store(current, delivery, digest, isStranger);
      return acceptedAt(current, delivery);
    },

    counts,

    page: (inbox, { after: sequence, limit, unreadOnly, now }) =>
      (unreadOnly ? unreadAfter : after)
        .all(inbox.id, sequence, now, limit)
        .map((found) => toPlaced(found as unknown as DeliveryRow)),

    acknowledge(address, items) {
      const { id: inbox } = inboxes.get(address);
      let changed = 0;
      for (const { from, id } of items) changed += Number(read.run(inbox, from, id).changes);
      inboxes.count(inbox, { unread: -changed });
    },

    remove(address, items) {
      const { id: inbox } = inboxes.get(address);
      for (const key of items) {
        const found = row(inbox, key);
        if (found === undefined) continue;
        uncount(found);
        blank.run(found.rowid);
      }
    },

    sweep(now, limit) {
      const rows = due.all(now, limit) as unknown as DeliveryRow[];
      for (const found of rows) {
        uncount(found);
        forget.run(found.rowid);
      }
      for (const inbox of new Set(rows.map((found) => found.inbox))) inboxes.expectNext(inbox);
      return rows.length;
    },
  };
}

/** Just stored. */
function acceptedAt(inbox: InboxRow, { receivedAt, expires }: NewDelivery): ReturnType<Deliveries['accept']> {
  return { outcome: 'stored', receivedAt, expires, inbox: inbox.id, sequence: inbox.last_sequence + 1 };
}

function repeat(inbox: number, known: DeliveryRow, digest: Digest): ReturnType<Deliveries['accept']> {
  if (known.digest !== digest) throw new LetterboxError('conflict', {});
  const { received_at: receivedAt, expires, sequence } = known;
  return { outcome: 'known', receivedAt, expires, inbox, sequence };
}

function toPlaced(found: DeliveryRow): Placed {
  const { sequence, id, sender: address, bucket, name, received_at: receivedAt, expires } = found;
  const from = { address, bucket, ...(name === null ? {} : { name }) };
  const pointer = found.pointer as Pointer; // only what is listed is asked for
  return { sequence, delivery: { id, from, pointer, receivedAt, expires, read: found.read === 1 } };
}
