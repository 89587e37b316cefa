import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, type OpenedStore } from '../../extension/platform/store.ts';
import { DEFAULT_SETTINGS, readSettings, saveSettings } from '../../src/agent/settings.ts';
import type { Registries } from '../../src/gaia/registry.ts';
import { codeOf } from '../protocol/support.ts';

const bns = (...urls: string[]): Registries => ({ bns: urls, bnsv2: [] });

let store: OpenedStore;
beforeEach(async () => {
  store = await openStore(crypto.randomUUID());
});
afterEach(() => store.close());

test('two changes at once both count', async () => {
  await Promise.all([
    saveSettings(store, { defaultServer: 'https://post.example' }),
    saveSettings(store, {
      registries: { bns: ['https://a.example/', 'https://b.example/x', 'https://a.example'] },
    }),
    saveSettings(store, { registries: { bnsv2: [] } }), // from a view that has not heard of the other yet
    saveSettings(store, { receipts: false }),
  ]);
  expect(await readSettings(store)).toEqual({
    registries: { bns: ['https://a.example', 'https://b.example/x'], bnsv2: [] },
    defaultServer: 'https://post.example',
    receipts: false,
    development: false,
    autoLock: 15,
  });
});

test.each([
  ['a server over http', { defaultServer: 'http://post.example' }, 'malformed'],
  ['a server on a private network', { defaultServer: 'https://10.0.0.1' }, 'place-forbidden'],
  ['a registry on this machine', { registries: bns('http://127.0.0.1:4000') }, 'place-forbidden'],
  ['a registry on a private network', { registries: bns('https://192.168.1.1') }, 'place-forbidden'],
  [
    'a second registry over http',
    { registries: bns('https://a.example', 'http://b.example') },
    'place-forbidden',
  ],
  [
    'a registry for .btc names that is localhost',
    { registries: { bns: [], bnsv2: ['https://localhost'] } },
    'place-forbidden',
  ],
])('%s is refused, and nothing is changed', async (_, change, code) => {
  expect(await codeOf(() => saveSettings(store, { ...change, receipts: false }))).toBe(code);
  expect(await readSettings(store)).toEqual(DEFAULT_SETTINGS);
});

test('loopback counts under the development switch, and keeps it from being turned off', async () => {
  await saveSettings(store, { development: true, registries: bns('http://127.0.0.1:4000') });
  expect(await codeOf(() => saveSettings(store, { development: false }))).toBe('place-forbidden');
  expect((await readSettings(store)).development).toBe(true);
});

test.each([
  ['https://names.example', ['https://names.example']],
  ['', []],
])(
  'of settings from when there was one registry, “%s” is the one for names of BNS v1',
  async (registry, kept) => {
    const { registries: _, ...settings } = DEFAULT_SETTINGS;
    const row = { key: 'settings', settings: { ...settings, receipts: false, registry } } as const;
    await store.write(['settings'], (tx) => tx.put('settings', row));
    const expected = { ...DEFAULT_SETTINGS, receipts: false };
    const registries = { ...DEFAULT_SETTINGS.registries, bns: kept };
    expect(await readSettings(store)).toEqual({ ...expected, registries });
    await saveSettings(store, { receipts: true });
    expect(await readSettings(store)).toEqual({ ...expected, receipts: true, registries });
  },
);
