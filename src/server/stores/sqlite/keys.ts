import type { DatabaseSync } from 'node:sqlite';
import type { Address, DeliveryId } from '../../../protocol/ids.ts';
import type { DeliveryKey } from '../../../protocol/server-api.ts';
import { sumOf } from '../../sum-of-text.ts';
import { BITS, type Bits } from './bits.ts';

/**
 * Which deliveries are known, by sender and ID: each stands among its inbox's entries at a place made of both, so that it
 * is on the page that the delivery changes anyway. The place tells no more than where to look: who it is, the delivery's
 * row says. Whoever finds theirs taken stands in `crowded`, for as long as it is: anybody can see to that, and gains nothing.
 * Synchronous: writes run inside the caller's transaction.
 */
export interface KeyTable {
  find(inbox: number, key: DeliveryKey): Known | undefined;
  /** @returns false where it is there already */
  add(inbox: number, key: DeliveryKey, known: Known): boolean;
  erase(inbox: number, key: DeliveryKey, delivery: number): void;
}

export interface Known {
  /** Its number. */
  readonly delivery: number;
  /** Where it is listed, or was. */
  readonly sequence: number;
}

/** In an inbox, the first place of a key: before it stand the inbox itself and what is listed. */
const FIRST = 2 ** 31;
const OF_SENDER = 2 ** BITS.id;

const KEYS_OF_SENDER = ['entries', 'crowded']
  .map(
    (table) =>
      `SELECT delivery, sequence FROM ${table} WHERE place BETWEEN (?1 << 32) | ?2 AND (?1 << 32) | ?3`,
  )
  .join(' UNION ALL ');

/** What an inbox, ?1, lists of a stranger, ?4; ?2 and ?3 are theirs by `keysOf`. */
export const OF_STRANGER = `(${KEYS_OF_SENDER}) AS known
  JOIN entries AS listed ON listed.place = (?1 << 32) | known.sequence
  JOIN deliveries ON number = known.delivery
  WHERE listed.stranger = 1 AND sender = ?4`;

export function keyTable(db: DatabaseSync, bits: Bits): KeyTable {
  const find = db.prepare(
    `SELECT delivery, entries.sequence FROM entries JOIN deliveries ON number = delivery
       WHERE place = (? << 32) | ? AND sender = ? AND id = ?`,
  );
  const findCrowded = db.prepare(
    'SELECT delivery, sequence FROM crowded WHERE place = (? << 32) | ? AND sender = ? AND id = ?',
  );
  const add = db.prepare(
    'INSERT INTO entries (place, delivery, sequence) VALUES ((? << 32) | ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const crowd = db.prepare(
    'INSERT INTO crowded (place, sender, id, delivery, sequence) VALUES ((? << 32) | ?, ?, ?, ?, ?)',
  );
  const erase = db.prepare('DELETE FROM entries WHERE place = (? << 32) | ? AND delivery = ?');
  const eraseCrowded = db.prepare(
    'DELETE FROM crowded WHERE place = (? << 32) | ? AND sender = ? AND id = ?',
  );
  const takeCrowded = db.prepare(
    `DELETE FROM crowded WHERE (place, sender, id) IN
       (SELECT place, sender, id FROM crowded WHERE place = (? << 32) | ? LIMIT 1) RETURNING delivery, sequence`,
  );

  function found(inbox: number, { from, id }: DeliveryKey): Known | undefined {
    const at = keyAt(from, id, bits);
    return (find.get(inbox, at, from, id) ?? findCrowded.get(inbox, at, from, id)) as Known | undefined;
  }

  return {
    find: found,

    add(inbox, key, { delivery, sequence }) {
      const { from, id } = key;
      const at = keyAt(from, id, bits);
      if (add.run(inbox, at, delivery, sequence).changes === 1) return true;
      if (found(inbox, key) !== undefined) return false;
      crowd.run(inbox, at, from, id, delivery, sequence);
      return true;
    },

    erase(inbox, { from, id }, delivery) {
      const at = keyAt(from, id, bits);
      if (erase.run(inbox, at, delivery).changes === 0) {
        eraseCrowded.run(inbox, at, from, id);
        return;
      }
      const next = takeCrowded.get(inbox, at) as Known | undefined;
      if (next !== undefined) add.run(inbox, at, next.delivery, next.sequence);
    },
  };
}

/** Where a delivery's key stands among its inbox's entries. */
export function keyAt(sender: Address, id: DeliveryId, bits: Bits): number {
  const [first] = keysOf(sender, bits);
  return first + (sumOf(id) % 2 ** bits.id);
}

/** From where to where the keys of one sender stand, and those of some others. */
export function keysOf(sender: Address, bits: Bits): readonly [number, number] {
  const first = FIRST + (sumOf(sender) % 2 ** bits.sender) * OF_SENDER;
  return [first, first + OF_SENDER - 1];
}
