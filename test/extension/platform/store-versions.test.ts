import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { expect, test } from 'vitest';
import { openStore } from '../../../extension/platform/store.ts';
import { upgrade } from '../../../extension/platform/store-versions.ts';
import { DEFAULT_SETTINGS } from '../../../src/agent/settings.ts';
import { SCHEMA } from '../../../src/agent/store.ts';

/** As version 1 was: without the vault. */
async function openVersion1(name: string) {
  const database = await openDB(name, 1, {
    upgrade(fresh) {
      upgrade(fresh, 0);
      for (const later of ['vault', 'sealedKeys']) fresh.deleteObjectStore(later);
    },
  });
  await database.put('settings', { key: 'settings', settings: DEFAULT_SETTINGS });
  return database;
}

test('a database of version 1 gets the vault, and keeps what it has', async () => {
  const name = crypto.randomUUID();
  (await openVersion1(name)).close();
  const store = await openStore(name);
  const [settings, keys] = await store.read(['settings', 'vault', 'sealedKeys'], async (tx) => [
    await tx.get('settings', 'settings'),
    [...(await tx.list('vault')), ...(await tx.list('sealedKeys'))],
  ]);
  expect(settings).toEqual({ key: 'settings', settings: DEFAULT_SETTINGS });
  expect(keys).toEqual([]);
  store.close();
  const tables = await openDB(name);
  expect([...tables.objectStoreNames].toSorted()).toEqual(Object.keys(SCHEMA).toSorted());
  tables.close();
});
