import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test } from 'vitest';
import type { Digest } from '../../../src/protocol/bytes.ts';
import { digestOf } from '../../../src/server/stores/digest.ts';
import { openSqliteStore } from '../../../src/server/stores/sqlite.ts';
import { migrate } from '../../../src/server/stores/sqlite/schema.ts';
import type { Store } from '../../../src/server/stores/store.ts';
import { describeStore } from '../../contracts/store.ts';
import { codeOf, CONTRACT_LIMITS, newDelivery, storedRecord } from '../../contracts/store/fixtures.ts';
import { random } from '../harness.ts';
import { createPerson, START } from '../person.ts';

const alice = createPerson('alice');
const bob = createPerson('bob');
const folders: string[] = [];
const stores = new Set<Store>();

afterEach(async () => {
  for (const store of stores) await store.close();
  stores.clear();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'letterbox-store-'));
  folders.push(folder);
  return join(folder, 'letterbox.sqlite');
}

function open(path: string, limits = CONTRACT_LIMITS): Store {
  const store = openSqliteStore({ path, limits, random });
  stores.add(store);
  return store;
}

async function close(store: Store): Promise<void> {
  stores.delete(store);
  await store.close();
}

describeStore('SQLite, in a file', { erases: 'sweep' }, () => Promise.resolve(open(newPath())));

test('what was stored is there after a restart, cursors included', async () => {
  const path = newPath();
  const first = open(path);
  await first.enrol(storedRecord(bob), START, START, 'open');
  await first.accept(newDelivery(alice, bob, 'one'));
  const { cursor, items } = await first.list(bob.address, { limit: 10, unreadOnly: false }, START);
  await first.accept(newDelivery(alice, bob, 'two'));
  const { epoch } = first;
  await close(first);

  const second = open(path);
  expect(second.epoch).toBe(epoch);
  expect((await second.list(bob.address, { limit: 1, unreadOnly: false }, START)).items).toEqual(items);
  expect(
    (await second.list(bob.address, { limit: 10, unreadOnly: false, after: cursor }, START)).items,
  ).toHaveLength(1);
  expect(await second.counts(bob.address, START)).toEqual({ unread: 2, total: 2 });
});

test('closing writes what was asked for before', async () => {
  const path = newPath();
  const store = open(path);
  await store.enrol(storedRecord(bob), START, START, 'open');
  const accepted = store.accept(newDelivery(alice, bob, 'one'));
  await close(store);
  expect(await accepted).toMatchObject({ outcome: 'stored' });
  expect(await open(path).counts(bob.address, START)).toEqual({ unread: 1, total: 1 });
});

test('sequences have no gaps and counters agree with the rows, refusals and repeats in between', async () => {
  const path = newPath();
  const store = open(path, { stored: 1000, unknown: 40, unknownPerSender: 5 });
  await store.enrol(storedRecord(bob), START, START, 'open');
  const senders = Array.from({ length: 12 }, (_, n) => createPerson(`sender ${n}`));
  const work = senders.flatMap((sender) =>
    Array.from({ length: 7 }, async (_, n) => {
      const seed = `${sender.address} ${n % 6}`; // one of seven is a repeat, one beyond the sender's quota
      await codeOf(store.accept(newDelivery(sender, bob, seed)));
    }),
  );
  await Promise.all(work);
  const { items } = await store.list(bob.address, { limit: 200, unreadOnly: false }, START);
  await store.acknowledge(
    bob.address,
    items.slice(0, 9).map(({ id, from }) => ({ id, from: from.address })),
  );
  await store.remove(
    bob.address,
    items.slice(5, 14).map(({ id, from }) => ({ id, from: from.address })),
  );
  const counts = await store.counts(bob.address, START);
  await close(store);

  const db = new DatabaseSync(path, { readOnly: true });
  const sequences = db
    .prepare('SELECT sequence FROM deliveries ORDER BY sequence')
    .all()
    .map((row) => row['sequence']);
  expect(sequences).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
  const rows = db
    .prepare(
      `SELECT count(*) AS total, sum(1 - read) AS unread, sum(stranger) AS strangers
         FROM entries JOIN deliveries ON number = delivery AND read IS NOT NULL WHERE pointer IS NOT NULL`,
    )
    .get();
  expect({ ...rows }).toEqual({ ...counts, strangers: 31 });
  expect(db.prepare('SELECT strangers, sequence FROM entries WHERE address IS NOT NULL').get()).toMatchObject(
    {
      strangers: 31,
      sequence: 40,
    },
  );
  db.close();
});

test('the database has a write-ahead log', () => {
  const path = newPath();
  open(path);
  const db = new DatabaseSync(path, { readOnly: true });
  expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  db.close();
});

test('a database that fails is unavailable, not an answer', async () => {
  const path = newPath();
  const store = open(path);
  await store.enrol(storedRecord(bob), START, START, 'open');
  await store.accept(newDelivery(alice, bob, 'zero'));
  const breaker = new DatabaseSync(path);
  breaker.exec('ALTER TABLE deliveries RENAME TO elsewhere');
  expect(await codeOf(store.accept(newDelivery(alice, bob, 'one')))).toBe('unavailable');
  expect(await codeOf(store.list(bob.address, { limit: 1, unreadOnly: false }, START))).toBe('unavailable');
  breaker.exec('ALTER TABLE elsewhere RENAME TO deliveries');
  breaker.close();
  expect(await codeOf(store.accept(newDelivery(alice, bob, 'one')))).toBe('none');
});

test('a database that somebody else holds is unavailable for the whole group, and takes it later', async () => {
  const path = newPath();
  const store = open(path);
  await store.enrol(storedRecord(bob), START, START, 'open');
  const holder = new DatabaseSync(path);
  holder.exec('BEGIN IMMEDIATE');
  const [one, two] = [
    store.accept(newDelivery(alice, bob, 'one')),
    store.accept(newDelivery(alice, bob, 'two')),
  ];
  expect(await Promise.all([codeOf(one), codeOf(two)])).toEqual(['unavailable', 'unavailable']);
  expect(await codeOf(store.check())).toBe('unavailable');
  holder.exec('ROLLBACK');
  holder.close();
  expect(await codeOf(store.check())).toBe('none');
  expect(await codeOf(store.accept(newDelivery(alice, bob, 'one')))).toBe('none');
  expect(await store.counts(bob.address, START)).toEqual({ unread: 1, total: 1 });
});

test('a file of a newer version is refused', async () => {
  const path = newPath();
  await close(open(path));
  const db = new DatabaseSync(path);
  db.exec('PRAGMA user_version = 99');
  db.close();
  expect(() => open(path)).toThrow('version 99');
});

/** What each version of the database had of one inbox with two deliveries, the first read, the second removed. */
const EARLIER: Readonly<Record<number, string>> = {
  1: `INSERT INTO inboxes (address, last_sequence, total, unread, strangers) VALUES ('${bob.address}', 2, 1, 0, 1)`,
  3: `INSERT INTO inboxes (address, last_sequence, total, unread, strangers, next_expiry, stored_limit)
        VALUES ('${bob.address}', 2, 1, 0, 1, ${START + 1000}, 7)`,
};

describe.each([1, 3])('a file of version %i', (version) => {
  function earlier(): string {
    const path = newPath();
    const db = new DatabaseSync(path);
    migrate(db, { to: version });
    db.exec(EARLIER[version] ?? '');
    const { app, bucket, unknown, seq, exp } = storedRecord(bob);
    db.prepare('INSERT INTO records VALUES (1, ?, ?, ?, ?, ?, ?, NULL, 0)').run(
      app,
      bucket,
      unknown,
      seq,
      exp,
      `token ${seq}`,
    );
    const add = db.prepare(
      `INSERT INTO deliveries (inbox, sequence, sender, id, bucket, name, pointer, digest, received_at, expires, read, stranger)
         VALUES (1, ?, ?, ?, ?, NULL, ?, ?, ?, ?, 1, 1)`,
    );
    for (const [index, { from, id, bucket: where, pointer, receivedAt, expires }] of [one, two].entries()) {
      const kept = index === 0 ? [where, pointer] : ['', null];
      add.run(index + 1, from, id, kept[0] ?? null, kept[1] ?? null, digestOf(pointer), receivedAt, expires);
    }
    db.close();
    return path;
  }
  const [one, two] = [newDelivery(alice, bob, 'one'), newDelivery(alice, bob, 'two')];

  test('is brought up to date with what it holds', async () => {
    const store = open(earlier());
    const { items } = await store.list(bob.address, { limit: 9, unreadOnly: false }, START);
    expect(items).toEqual([
      {
        id: one.id,
        from: { address: alice.address, bucket: alice.bucket },
        pointer: one.pointer,
        receivedAt: START,
        expires: START + 1000,
        read: true,
      },
    ]);
    expect(await store.counts(bob.address, START + 999)).toEqual({ unread: 0, total: 1 });
    expect(await store.counts(bob.address, START + 1000)).toEqual({ unread: 0, total: 0 });
  });

  test('knows its records, and gives no inbox a number that another had', async () => {
    const store = open(earlier());
    expect(await codeOf(store.enrol(storedRecord(bob), START, START, 'open'))).toBe('none');
    expect(await store.inbox(bob.address)).toEqual({
      ...storedRecord(bob),
      confirmed: undefined,
      frozen: false,
    });
    const { cursor } = await store.list(bob.address, { limit: 9, unreadOnly: false }, START);
    await store.leave(bob.address, { jti: 'leave', issued: START, forget: START + 10 }, START);
    await store.enrol(storedRecord(bob), START + 1, START, 'open');
    const after = store.list(bob.address, { after: cursor, limit: 9, unreadOnly: false }, START);
    expect(await codeOf(after)).toBe('cursor-expired');
  });

  test('remembers what was removed, and goes on after it', async () => {
    const store = open(earlier());
    expect(await store.accept(two)).toMatchObject({ outcome: 'known' });
    expect(await store.accept(newDelivery(alice, bob, 'three'))).toMatchObject({ outcome: 'stored' });
    await store.setPolicy(bob.address, { seq: 1, allowed: [alice.address], blocked: [] }, 'x' as Digest);
    await store.sweep(START + 1000, 10);
    expect(await store.counts(bob.address, START)).toEqual({ unread: 0, total: 0 });
    expect(await store.accept(two)).toMatchObject({ outcome: 'stored' });
  });
});
