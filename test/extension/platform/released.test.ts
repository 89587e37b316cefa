import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKeyring } from '../../../extension/platform/keyring.ts';
import { openStore } from '../../../extension/platform/store.ts';
import { VERSION } from '../../../extension/platform/store-versions.ts';
import type { OwnerApi } from '../../../src/agent/owner-api.ts';
import { createMemoryArea } from '../../agent/memory-area.ts';
import { createDevice } from '../../agent/device.ts';
import { random, startWorld, type World } from '../../agent/world.ts';
import { dump, fromText, restore, toText, type Dump } from './released/dump.ts';
import { live, PASSPHRASE } from './released/life.ts';

/**
 * The databases that are on people's disks: one file a released version, written by that version and never again. A
 * version that has no file yet gets it by running this test, which fails that once.
 */
const FOLDER = new URL('released/', import.meta.url);
const packaged = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const released = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

test('this version’s database is written down', async () => {
  const file = new URL(`${packaged.version}.json`, FOLDER);
  const isThere = existsSync(file);
  if (!isThere) {
    const { name } = await live(world);
    writeFileSync(file, toText(await dump(name)));
  }
  expect(isThere, `${file.pathname} was written now: commit it`).toBe(true);
});

test.each(released)('what is in the database of %s is there today', async (file) => {
  const name = `released ${file}`;
  const old = fromText(readFileSync(new URL(file, FOLDER), 'utf8'));
  expect(old.version).toBeLessThanOrEqual(VERSION);
  await restore(name, old);
  const disk = await openStore(name);
  for (const [table, { rows }] of Object.entries(old.tables)) {
    const kept = await disk.read([table as 'pins'], (tx) => tx.list(table as 'pins'));
    expect(kept, table).toHaveLength(rows.length);
  }
  const device = await createDevice(world);
  const keyring = createKeyring({ session: createMemoryArea(), disk, clock: world.clock, random });
  const fetch = () => Promise.reject(new TypeError('no network'));
  const { owner } = device.start({ ...keyring, fetch });
  await expect(owner.messages({ limit: 10 })).rejects.toMatchObject({ code: 'locked' });
  await owner.unlock(PASSPHRASE);
  expect(await lettersOf(owner)).toEqual(LETTERS);
  expect(await owner.requests()).toHaveLength(1);
  expect(await owner.blocked()).toHaveLength(1);
  const sent = (await owner.outbox()).map(({ text, state }) => `${text} ${state}`);
  expect(sent.toSorted()).toEqual(['Wait. queued', 'Yes. delivered']);
  const { apps, unread, badge } = await owner.overview();
  expect([unread, badge]).toEqual([1, 2]);
  expect(apps).toMatchObject([
    { state: 'ready', name: { name: 'bob.id.blockstack' }, grants: { read: { until: 4_000_000_000 } } },
  ]);
  expect(device.reported).toEqual([]);
  const kept = JSON.stringify(await dump(name));
  expect(['ferry', 'alice', 'Yes.', 'bob.id'].filter((word) => kept.includes(word))).toEqual([]); // sealed by now
  disk.close();
});

test.each(released)(
  'and where there was no vault in %s, it is there without one, and under a new one',
  async (file) => {
    const name = `released ${file} without a vault`;
    const { version, tables } = fromText(readFileSync(new URL(file, FOLDER), 'utf8'));
    const vaultless = Object.entries(tables).map(([table, dumped]) => [
      table,
      ['vault', 'sealedKeys'].includes(table) ? { ...dumped, rows: [] } : dumped,
    ]);
    await restore(name, { version, tables: Object.fromEntries(vaultless) as Dump['tables'] });
    const disk = await openStore(name);
    const device = await createDevice(world);
    const keyring = createKeyring({ session: createMemoryArea(), disk, clock: world.clock, random });
    const { owner } = device.start({ ...keyring, fetch: () => Promise.reject(new TypeError('no network')) });
    expect(await lettersOf(owner)).toEqual(LETTERS);
    expect((await owner.overview()).apps).toMatchObject([{ state: 'waiting' }]);
    await owner.setPassphrase(PASSPHRASE);
    expect(await lettersOf(owner)).toEqual(LETTERS);
    expect(JSON.stringify(await dump(name))).not.toContain('ferry');
    disk.close();
  },
);

const LETTERS = [
  ['It leaves at ten.', false, 'alice.id.blockstack'],
  ['The ferry leaves at nine.', true, 'alice.id.blockstack'],
];

async function lettersOf(owner: OwnerApi) {
  const { entries } = await owner.messages({ limit: 10 });
  const letters = entries.map(({ read, content, sender }) => [
    content.state === 'readable' && content.text,
    read,
    sender.name?.name,
  ]);
  return letters.toSorted((a, b) => String(a[0]).localeCompare(String(b[0])));
}
