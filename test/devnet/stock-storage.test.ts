import { AppConfig, UserSession } from '@stacks/auth';
import * as storagePackage from '@stacks/storage';
import { config } from '@stacks/common';
import { getPublicKeyFromPrivate } from '@stacks/encryption';
import { describe, expect, test } from 'vitest';
import type { Hub } from '../../src/devnet/hub.ts';
import { addressOf, freshHub, KEY, OTHER_KEY } from './hub/hub-client.ts';

const { Storage } = storagePackage;
config.logLevel = 'none';

/** A session of a stock app that is signed in with the key. */
function session(hub: Hub, key = KEY): UserSession {
  const userSession = new UserSession({
    appConfig: new AppConfig(['store_write'], 'http://127.0.0.1:1'),
    sessionOptions: {},
  });
  const data = userSession.store.getSessionData();
  data.userData = { appPrivateKey: key, hubUrl: hub.origin } as never;
  userSession.store.setSessionData(data);
  return userSession;
}

const storageOf = (hub: Hub, key = KEY) => new Storage({ userSession: session(hub, key) });

describe('stock @stacks/storage', () => {
  test('putFile, getFile, listFiles and deleteFile', async () => {
    const hub = await freshHub();
    const storage = storageOf(hub);
    const url = await storage.putFile('letters/one.json', JSON.stringify({ text: 'hello' }));
    expect(url).toBe(`${hub.readPrefix}${addressOf(KEY)}/letters/one.json`);
    expect(await (await fetch(url)).text()).not.toContain('hello');
    expect(await storage.getFile('letters/one.json')).toBe('{"text":"hello"}');

    const listed: string[] = [];
    expect(await storage.listFiles((path) => listed.push(path) > 0)).toBe(1);
    expect(listed).toEqual(['letters/one.json']);

    await storage.deleteFile('letters/one.json');
    expect(await fetch(url)).toMatchObject({ status: 404 });
  });

  test('a file written for another key opens with that key and no other', async () => {
    const hub = await freshHub();
    await storageOf(hub).putFile('for-bob', 'a secret', { encrypt: getPublicKeyFromPrivate(OTHER_KEY) });
    const text = await (await fetch(`${hub.readPrefix}${addressOf(KEY)}/for-bob`)).text();
    expect(await session(hub, OTHER_KEY).decryptContent(text)).toBe('a secret');
    await expect(session(hub).decryptContent(text)).rejects.toThrow('MAC');
  });

  test('a fresh session does not overwrite a file (412); one that has read it does', async () => {
    const hub = await freshHub();
    await storageOf(hub).putFile('one', 'first', { encrypt: false });
    const later = storageOf(hub);
    await expect(later.putFile('one', 'second', { encrypt: false })).rejects.toMatchObject({
      hubError: { statusCode: 412 },
    });
    await later.getFile('one', { decrypt: false });
    await later.putFile('one', 'second', { encrypt: false });
    expect(await storageOf(hub).getFile('one', { decrypt: false })).toBe('second');
  });

  test('listFiles goes through all pages', async () => {
    const hub = await freshHub();
    const storage = storageOf(hub);
    for (let i = 0; i < 101; i += 1) await storage.putFile(`f${String(i)}`, 'x', { encrypt: false });
    expect(await storage.listFiles(() => true)).toBe(101);
  });

  test('a path with dots is its BadPathError', async () => {
    const hub = await freshHub();
    await expect(storageOf(hub).putFile('a..b', 'x', { encrypt: false })).rejects.toMatchObject({
      hubError: { statusCode: 403 },
    });
  });

  test('getAppBucketUrl names the bucket', async () => {
    const hub = await freshHub();
    expect(await storageOf(hub).getAppBucketUrl(hub.origin, KEY)).toBe(`${hub.readPrefix}${addressOf(KEY)}/`);
  });
});
