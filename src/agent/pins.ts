import type { Address, Bucket } from '../protocol/ids.ts';
import type { RecordPin } from '../protocol/record.ts';
import { readRecord, type RecordCopy } from '../gaia/records.ts';
import type { Web } from '../gaia/web.ts';
import type { Ports } from './ports.ts';
import type { Store, Writing } from './store.ts';

/** Reads the record in a bucket, never an older one than was seen before, and remembers it. docs/protocol.md#2 */
export async function readPinned(
  ports: Pick<Ports, 'store' | 'clock'>,
  web: Web,
  place: { address: Address; bucket: Bucket },
): Promise<RecordCopy> {
  const pin = await readPin(ports.store, place.address);
  const copy = await readRecord(place.bucket, {
    ...web,
    clock: ports.clock,
    ...(pin === undefined ? {} : { pin }),
  });
  await ports.store.write(['pins'], (tx) => keepPin(tx, place.address, copy.pin));
  return copy;
}

export async function readPin(store: Store, address: Address): Promise<RecordPin | undefined> {
  const row = await store.read(['pins'], (tx) => tx.get('pins', address));
  return row === undefined ? undefined : { seq: row.seq, token: row.token };
}

/** Keeps the higher of two. */
export async function keepPin(tx: Writing<'pins'>, address: Address, pin: RecordPin): Promise<void> {
  const known = await tx.get('pins', address);
  if (known === undefined || known.seq < pin.seq) await tx.put('pins', { address, ...pin });
}
