import { hash } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Address } from '../../../protocol/ids.ts';
import { BITS, type Bits } from './bits.ts';

/**
 * Where an inbox stands in the tables: at a number made of its address. So it is found without an index of addresses, of
 * which each look-up among a million reads two pages from the disk; and inboxes that are made one after the other do not
 * fill pages to the brim, of which each would have to be split as soon as somebody writes to them. Nobody can choose a
 * number: it depends on a salt, the database's own. Those whose slot was taken stand elsewhere, by `moved`.
 */
export interface Slots {
  /** @param statement its first parameters are a slot and the address that has to stand there. @returns its row */
  readonly find: (statement: StatementSync, address: Address) => unknown;
  /** A free slot for an inbox that is about to be made. */
  readonly take: (address: Address) => number;
  /** Of an inbox that is erased. */
  readonly free: (address: Address) => void;
}

export function slotsIn(db: DatabaseSync, { slot: bits }: Bits): Slots {
  const salt = String(db.prepare(`SELECT value FROM meta WHERE key = 'salt'`).get()?.['value']);
  const isTaken = db.prepare('SELECT 1 FROM entries WHERE place = ? << 32');
  const findMoved = db.prepare('SELECT slot FROM moved WHERE address = ?');
  const move = db.prepare('INSERT INTO moved (address, slot) VALUES (?, ?)');
  const forget = db.prepare('DELETE FROM moved WHERE address = ?');
  return {
    find(statement, address) {
      const found = statement.get(slotOf(salt, address, bits), address);
      if (found !== undefined) return found;
      const moved = findMoved.get(address);
      return moved && statement.get(moved['slot'] as number, address);
    },
    take(address) {
      for (let attempt = 0; ; attempt += 1) {
        const slot = slotOf(salt, attempt === 0 ? address : `${address}${attempt}`, bits);
        if (isTaken.get(slot) !== undefined) continue;
        if (attempt > 0) move.run(address, slot);
        return slot;
      }
    },
    free: (address) => void forget.run(address),
  };
}

/** @param text an address; with a number behind it, the slot to be tried next */
export function slotOf(salt: string, text: string, bits = BITS.slot): number {
  return hash('sha256', `${salt} ${text}`, 'buffer').readUInt32BE() % 2 ** bits;
}
