import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteStore } from '../../../../src/server/stores/sqlite.ts';
import { backUp, renewEpoch, restore } from '../../../../src/server/stores/sqlite/backup.ts';
import type { Store } from '../../../../src/server/stores/store.ts';
import { codeOf, CONTRACT_LIMITS, newDelivery, storedRecord } from '../../../contracts/store/fixtures.ts';
import { random } from '../../harness.ts';
import { createPerson, START } from '../../person.ts';

const alice = createPerson('alice');
const bob = createPerson('bob');
const ALL = { limit: 200, unreadOnly: false };

let folder: string;
let live: string;
let copy: string;
const stores = new Set<Store>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'letterbox-backup-'));
  live = join(folder, 'live.sqlite');
  copy = join(folder, 'copy.sqlite');
});

afterEach(async () => {
  for (const store of stores) await store.close();
  stores.clear();
  rmSync(folder, { recursive: true });
});

function open(path: string): Store {
  const store = openSqliteStore({ path, limits: CONTRACT_LIMITS, random });
  stores.add(store);
  return store;
}

async function close(store: Store): Promise<void> {
  stores.delete(store);
  await store.close();
}

async function withOne(): Promise<Store> {
  const store = open(live);
  await store.enrol(storedRecord(bob), START, START, 'open');
  await store.accept(newDelivery(alice, bob, 'one'));
  return store;
}

test('a backup under writes is the state of one moment, whole and of another epoch', async () => {
  const store = await withOne();
  const { cursor } = await store.list(bob.address, ALL, START);
  const { epoch } = store;
  const late = store.accept(newDelivery(alice, bob, 'two'));
  backUp(live, copy);
  await late;

  const copied = open(copy);
  expect(copied.epoch).not.toBe(epoch);
  expect(await copied.counts(bob.address, START)).toEqual({ unread: 1, total: 1 });
  expect(await codeOf(copied.list(bob.address, { ...ALL, after: cursor }, START))).toBe('cursor-expired');
  expect(await store.counts(bob.address, START)).toEqual({ unread: 2, total: 2 });
  expect(store.epoch).toBe(epoch);
});

test('only its owner can read a backup, and nothing is left beside it', async () => {
  await withOne();
  backUp(live, copy);
  expect(statSync(copy).mode % 0o1000).toBe(0o600);
  expect(readdirSync(folder).filter((name) => name.startsWith('copy'))).toEqual(['copy.sqlite']);
});

test('restored where the database was: what the backup has is there, the rest heals by sending again', async () => {
  const store = await withOne();
  backUp(live, copy);
  await store.accept(newDelivery(alice, bob, 'two'));
  const { cursor } = await store.list(bob.address, ALL, START);
  await close(store);
  rmSync(live);
  restore(copy, live);

  const restored = open(live);
  expect(await codeOf(restored.list(bob.address, { ...ALL, after: cursor }, START))).toBe('cursor-expired');
  expect(await restored.accept(newDelivery(alice, bob, 'one'))).toMatchObject({ outcome: 'known' });
  expect(await restored.accept(newDelivery(alice, bob, 'two'))).toMatchObject({ outcome: 'stored' });
  const { epoch } = restored;
  await close(restored);
  expect(open(live).epoch).toBe(epoch); // a new one once, not at each start

  const again = join(folder, 'again.sqlite');
  restore(copy, again);
  expect(open(again).epoch).not.toBe(epoch);
});

test('a new epoch by hand', async () => {
  const store = await withOne();
  const { epoch } = store;
  await close(store);
  renewEpoch(live);
  expect(open(live).epoch).not.toBe(epoch);
});

test('nothing is written over, and what is no backup is refused and leaves nothing', async () => {
  await close(await withOne());
  backUp(live, copy);
  expect(() => backUp(live, copy)).toThrow('is there already');
  expect(() => restore(copy, live)).toThrow('is there already');
  expect(() => backUp(join(folder, 'nothing'), join(folder, 'x'))).toThrow('there is no');
  expect(() => restore(join(folder, 'nothing'), join(folder, 'x'))).toThrow('there is no');
  expect(() => renewEpoch(join(folder, 'nothing'))).toThrow('there is no');

  const [text, other, cut, target] = ['text', 'other.sqlite', 'cut.sqlite', 'target.sqlite'].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  writeFileSync(text, 'no database at all');
  expect(() => restore(text, target)).toThrow(/not a database/);
  new DatabaseSync(other).close();
  expect(() => restore(other, target)).toThrow('is no backup');
  backUp(live, cut);
  truncateSync(cut, statSync(cut).size - 4096);
  expect(() => restore(cut, target)).toThrow(/damaged|malformed/);
  const newer = new DatabaseSync(copy);
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  expect(() => restore(copy, target)).toThrow('version 99');
  const left = readdirSync(folder).filter((name) => name.startsWith('target'));
  expect(left).toEqual(['target.sqlite.lock']);
});
