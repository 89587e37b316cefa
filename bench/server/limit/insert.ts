import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { POINTER_LENGTH } from '../../../src/protocol/pointer.ts';
import { senderOf } from '../people.ts';
import { sayCost } from './own-cost.ts';

/**
 * What one durable insert costs that shares its commit with 63 others: a pointer's row under (inbox, sequence) in bare
 * SQLite, as durable as the server's and set up alike. `insert.ts FILE INBOXES TIMES`; goes on where the last run ended.
 */

const [file = '', inboxes, times] = process.argv.slice(2);
const GROUP = 64;
const db = new DatabaseSync(file);
db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;
  PRAGMA wal_autocheckpoint = 4000;
  CREATE TABLE IF NOT EXISTS pointers (inbox INTEGER NOT NULL, sequence INTEGER NOT NULL, sender TEXT NOT NULL,
    id TEXT NOT NULL, bucket TEXT NOT NULL, pointer TEXT NOT NULL, received_at INTEGER NOT NULL,
    expires INTEGER NOT NULL, PRIMARY KEY (inbox, sequence))`);
const insert = db.prepare('INSERT INTO pointers VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
const { address } = senderOf(0);
const bucket = `http://127.0.0.1:12345/${address}/`;
const pointer = 'p'.repeat(POINTER_LENGTH);
let sequence = Number(db.prepare('SELECT coalesce(max(rowid), 0) AS last FROM pointers').get()?.['last']);

sayCost(Number(times), (count) => {
  for (let done = 0; done < count; done += GROUP) {
    db.exec('BEGIN IMMEDIATE');
    for (let each = done; each < Math.min(done + GROUP, count); each += 1) insertOne();
    db.exec('COMMIT');
  }
});

function insertOne(): void {
  sequence += 1;
  const random = randomBytes(20);
  const inbox = random.readUInt32LE(16) % Number(inboxes);
  const id = random.subarray(0, 16).toString('base64url');
  insert.run(inbox, sequence, address, id, bucket, pointer, 1_800_000_000, 1_802_592_000);
}
