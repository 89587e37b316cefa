import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Address, DeliveryId } from '../../src/protocol/ids.ts';
import { stacksCipher } from '../../src/protocol/envelope.ts';
import { parsePointer } from '../../src/protocol/pointer.ts';
import { DATABASE } from '../../src/server/commands.ts';
import { RETENTION_SECONDS } from '../../src/server/stores/rules.ts';
import { digestOf } from '../../src/server/stores/digest.ts';
import { openSqliteStore } from '../../src/server/stores/sqlite.ts';
import type { NewDelivery, StoredRecord } from '../../src/server/stores/store.ts';
import { APP, bucketOf, readerOf, READERS, recipientOf, senderOf, SENDERS } from './people.ts';
import { cursorsFile, type Preload } from './preload.ts';

/** Fills a database with inboxes, in batches of one commit each: see preload.ts. */

const plan = JSON.parse(process.argv[2] ?? '') as Preload;
const BATCH = 2000;
const MANY = 1_000_000_000;
const DIGEST = digestOf('a record');
/** As an agent seals it. */
const POINTER = parsePointer(await stacksCipher.seal('p'.repeat(1535), senderOf(0).publicKey));

mkdirSync(plan.data, { recursive: true });
const limits = { stored: MANY, unknown: MANY, unknownPerSender: MANY };
const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };
const store = openSqliteStore({ path: join(plan.data, DATABASE), limits, random });
const now = Math.floor(Date.now() / 1000);

/** The readers stand among the others, one every so many. */
const every = Math.max(1, Math.floor(plan.recipients / READERS));
let readers = 0;
for (let index = 0; index < plan.recipients; index += BATCH) {
  const batch: Address[] = [];
  for (let at = index; at < Math.min(index + BATCH, plan.recipients); at += 1) {
    batch.push(recipientOf(at));
    if (at % every === 0 && readers < READERS) batch.push(readerOf(readers++).address);
  }
  await fill(batch);
}
const others: Address[] = [];
while (readers < READERS) others.push(readerOf(readers++).address);
await fill(others);
writeFileSync(cursorsFile(plan.data), JSON.stringify(await cursors()));
await store.close();

async function fill(addresses: readonly Address[]): Promise<void> {
  const records = addresses.map(recordOf);
  await Promise.all([
    ...records.map((record) => store.enrol(record, now, now, 'open')),
    ...records.map((record) => store.confirm(record, 'listed', now)),
    ...addresses.flatMap(deliveriesTo).map((delivery) => store.accept(delivery)),
  ]);
}

function recordOf(address: Address): StoredRecord {
  const bucket = bucketOf(plan.hub, address);
  return { address, app: APP, bucket, unknown: 'request', seq: 1, exp: now + 86_400, digest: DIGEST };
}

function deliveriesTo(to: Address): NewDelivery[] {
  return Array.from({ length: plan.each }, () => {
    const bytes = randomBytes(20);
    const from = senderOf(bytes.readUInt32LE(16) % SENDERS).address;
    return {
      to,
      from,
      id: bytes.subarray(0, 16).toString('base64url') as DeliveryId,
      bucket: bucketOf(plan.hub, from),
      pointer: POINTER,
      receivedAt: now,
      expires: now + RETENTION_SECONDS,
    };
  });
}

function cursors(): Promise<string[]> {
  return Promise.all(
    Array.from({ length: READERS }, async (_, index) => {
      const query = { limit: 200, unreadOnly: false };
      return (await store.list(readerOf(index).address, query, now)).cursor;
    }),
  );
}
