import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Address, DeliveryId } from '../../../protocol/ids.ts';
import type { Pointer } from '../../../protocol/pointer.ts';
import { digestOf } from '../digest.ts';
import { BITS, type Bits } from './bits.ts';
import { keyAt } from './keys.ts';
import { packPointer, type PackedPointer } from './packed-pointer.ts';
import { slotOf } from './slots.ts';
import type { BySlots } from './step.ts';
import { STEPS } from './steps.ts';

/** Of slots: of a hundred million deliveries, each has a hundred thousand. */
const RANGES = 1024;

export interface MigrateOptions {
  /** An earlier form than the newest, for tests of what comes after it. */
  readonly to?: number;
  readonly bits?: Bits;
}

/**
 * Brings a database file to the newest form.
 * @throws Error for a file that a newer version wrote
 */
export function migrate(db: DatabaseSync, { to = STEPS.length, bits = BITS }: MigrateOptions = {}): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > STEPS.length)
    throw new Error(`the database is of version ${version}, newer than this server`);
  db.function('pack_pointer', { deterministic: true }, packedOrNull);
  db.function('slot_of', { deterministic: true }, (salt, address) =>
    slotOf(String(salt), String(address), bits.slot),
  );
  db.function('key_at', { deterministic: true }, (key) => {
    const [sender, id] = String(key).split(' ') as [Address, DeliveryId];
    return keyAt(sender, id, bits);
  });
  db.function('digest_of', { deterministic: true }, (text) => digestOf(text as string));
  for (const [index, step] of STEPS.slice(0, to).entries()) {
    if (index < version) continue;
    db.exec('BEGIN IMMEDIATE');
    for (const part of [step].flat()) take(db, part, bits);
    db.exec(`PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}

function take(db: DatabaseSync, part: string | BySlots, { slot }: Bits): void {
  if (typeof part === 'string') {
    db.exec(part);
    return;
  }
  const statement = db.prepare(part.bySlots);
  const size = Math.max(1, 2 ** slot / RANGES);
  for (let first = 0; first < 2 ** slot; first += size) statement.run(first, first + size - 1);
}

function packedOrNull(pointer: SQLOutputValue): PackedPointer | null {
  return pointer === null ? null : packPointer(pointer as Pointer);
}
