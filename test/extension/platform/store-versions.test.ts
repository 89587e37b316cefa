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
    upgrade(fresh, _from, _to, tx) {
      upgrade(fresh, 0, 1, tx as never);
      for (const later of ['vault', 'sealedKeys', 'declines', 'counts']) fresh.deleteObjectStore(later);
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

/** The powers of an app as they stood on the disk up to version 3, and its inbox. */
async function openVersion3(name: string, powers: object) {
  const database = await openDB(name, 3, {
    upgrade(fresh, _from, _to, tx) {
      upgrade(fresh, 0, 3, tx as never);
      for (const later of ['declines', 'counts']) fresh.deleteObjectStore(later);
    },
  });
  await database.put('inboxes', { address: 'a', app: 'https://quill.example', connectedAt: 1000 });
  await database.put('inboxes', { address: 'b', app: 'https://quill.example', connectedAt: 2000 });
  await database.put('grants', { app: 'https://quill.example', consent: true, grants: powers });
  return database;
}

const MONTH = 30 * 86_400;

test.each([
  [
    'each power gets the end that all had, since the app was connected, and none writes to strangers for over a month',
    { read: true, send: true, sendWithoutAsking: true, expires: 4_000_000_000 },
    {
      read: { since: 2000, until: 4_000_000_000 },
      send: { since: 2000, until: 4_000_000_000 },
      sendWithoutAsking: { since: 2000, until: 2000 + MONTH },
    },
  ],
  [
    'what was off stays off',
    { read: true, send: false, sendWithoutAsking: false, expires: 5000 },
    { read: { since: 2000, until: 5000 } },
  ],
])('%s', async (_, before, after) => {
  const name = crypto.randomUUID();
  (await openVersion3(name, before)).close();
  const store = await openStore(name);
  expect(await store.read(['grants'], (tx) => tx.list('grants'))).toEqual([
    { app: 'https://quill.example', consent: true, grants: after },
  ]);
  store.close();
});

/** What a locked agent counted with as it stood on the disk up to version 4, of an inbox in this state. */
async function openVersion4(name: string, state: string) {
  const database = await openDB(name, 4, {
    upgrade(fresh, _from, _to, tx) {
      upgrade(fresh, 0, 4, tx as never);
      fresh.deleteObjectStore('counts');
    },
  });
  await database.put('inboxes', { address: 'b', app: 'https://quill.example', state });
  await database.put('links', {
    ...LINK,
    countToken: { token: 'a token', bucket: 'https://hub.example/b/', at: 1000 },
    waiting: { unread: 3, retry: { attempts: 0, nextTry: 2000 } },
  });
  await database.put('vault', { key: 'vault', id: 'v', rows: { to: 'sealed', done: true } });
  return database;
}

const LINK = {
  inbox: 'b',
  server: 'letterbox https://mail.example',
  entry: { type: 'letterbox', url: 'https://mail.example' },
  stage: 'open',
};

test.each([
  ['open', 1],
  ['paused', 0],
])('what counts for an inbox that is %s gets a row of its own, %i', async (state, many) => {
  const name = crypto.randomUUID();
  (await openVersion4(name, state)).close();
  const store = await openStore(name);
  const [counts, links] = await store.read(['counts', 'links'], (tx) =>
    Promise.all([tx.list('counts'), tx.list('links')]),
  );
  const { stage: _, ...ofLink } = LINK;
  const count = {
    ...ofLink,
    app: 'https://quill.example',
    bucket: 'https://hub.example/b/',
    token: 'a token',
    madeAt: 1000,
    unread: 3,
    retry: { attempts: 0, nextTry: 2000 },
  };
  expect(counts).toEqual([count].slice(0, many));
  expect(links).toEqual([LINK]);
  store.close();
});

test('a vault that had sealed all that it sealed goes on with inboxes and links', async () => {
  const name = crypto.randomUUID();
  (await openVersion4(name, 'open')).close();
  const store = await openStore(name);
  const [vault] = await store.read(['vault'], (tx) => tx.list('vault'));
  expect(vault?.rows).toEqual({ to: 'sealed', table: 'inboxes' });
  store.close();
});
