import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, type OpenedStore } from '../../extension/platform/store.ts';
import { DEFAULT_SETTINGS, readSettings, saveSettings } from '../../src/agent/settings.ts';
import { codeOf } from '../protocol/support.ts';

let store: OpenedStore;
beforeEach(async () => {
  store = await openStore(crypto.randomUUID());
});
afterEach(() => store.close());

test('two changes at once both count', async () => {
  await Promise.all([
    saveSettings(store, { defaultServer: 'https://post.example' }),
    saveSettings(store, { registry: 'https://registry.example/' }),
    saveSettings(store, { receipts: false }),
  ]);
  expect(await readSettings(store)).toEqual({
    registry: 'https://registry.example',
    defaultServer: 'https://post.example',
    receipts: false,
    development: false,
    autoLock: 15,
  });
});

test.each([
  ['a server over http', { defaultServer: 'http://post.example' }, 'malformed'],
  ['a server on a private network', { defaultServer: 'https://10.0.0.1' }, 'place-forbidden'],
  ['a registry on this machine', { registry: 'http://127.0.0.1:4000' }, 'place-forbidden'],
])('%s is refused, and nothing is changed', async (_, change, code) => {
  expect(await codeOf(() => saveSettings(store, { ...change, receipts: false }))).toBe(code);
  expect(await readSettings(store)).toEqual(DEFAULT_SETTINGS);
});

test('loopback counts under the development switch, and keeps it from being turned off', async () => {
  await saveSettings(store, { development: true, registry: 'http://127.0.0.1:4000' });
  expect(await codeOf(() => saveSettings(store, { development: false }))).toBe('place-forbidden');
  expect((await readSettings(store)).development).toBe(true);
});
