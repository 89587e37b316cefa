import { AppConfig, UserSession } from '@stacks/auth';
import { config } from '@stacks/common';
import { decryptContent, encryptContent, getPublicKeyFromPrivate } from '@stacks/encryption';
import * as storagePackage from '@stacks/storage';
import { beforeAll, describe, expect, test } from 'vitest';
import { putOnce } from '../../src/gaia/put-once.ts';
import { fromUtf8, utf8 } from '../../src/protocol/bytes.ts';
import { freshHub, KEY, OTHER_KEY } from '../devnet/hub/hub-client.ts';
import { failure, open } from './world.ts';

const { Storage, connectToGaiaHub } = storagePackage;
const CAP = { what: 'file', maxBytes: 10_000 };
const AS_JSON = { contentType: 'application/json' };

beforeAll(() => {
  config.logLevel = 'none';
});

/** What a stock app with this key has. */
function stock(hub: { origin: string }, appPrivateKey = KEY) {
  const userSession = new UserSession({
    appConfig: new AppConfig(['store_write'], 'http://127.0.0.1:1'),
    sessionOptions: {},
  });
  const data = userSession.store.getSessionData();
  data.userData = { appPrivateKey, hubUrl: hub.origin } as never;
  userSession.store.setSessionData(data);
  return { userSession, storage: new Storage({ userSession }) };
}

describe('beside stock @stacks/storage, at one hub with one key', () => {
  test('both name the same bucket', async () => {
    const hub = await freshHub();
    expect((await open(hub)).bucket).toBe(await stock(hub).storage.getAppBucketUrl(hub.origin, KEY));
    const { url_prefix, address } = await connectToGaiaHub(hub.origin, KEY);
    expect((await open(hub)).bucket).toBe(`${url_prefix}${address}/`);
  });

  test('stock getFile reads and decrypts what was put here', async () => {
    const hub = await freshHub();
    const client = await open(hub);
    await client.put('plain.txt', utf8('to all'), { contentType: 'text/plain' });
    await putOnce(
      client,
      'sealed.json',
      utf8(await encryptContent('to me', { publicKey: getPublicKeyFromPrivate(KEY) })),
      AS_JSON,
    );
    const { storage } = stock(hub);
    expect(await storage.getFile('plain.txt', { decrypt: false })).toBe('to all');
    expect(await storage.getFile('sealed.json')).toBe('to me');
  });

  test('what stock putFile wrote for someone is read here, and decryptContent opens it with their key', async () => {
    const hub = await freshHub();
    await stock(hub).storage.putFile('for-bob.json', 'a secret', {
      encrypt: getPublicKeyFromPrivate(OTHER_KEY),
    });
    const { bytes } = await (await open(hub)).read('for-bob.json', CAP);
    expect(await decryptContent(fromUtf8(bytes, 'file'), { privateKey: OTHER_KEY })).toBe('a secret');
    await expect(decryptContent(fromUtf8(bytes, 'file'), { privateKey: KEY })).rejects.toThrow('MAC');
  });

  test('ETags of one count for the other', async () => {
    const hub = await freshHub();
    const client = await open(hub);
    const { storage } = stock(hub);
    await storage.putFile('one', 'stock', { encrypt: false });
    const { etag = '' } = await client.read('one', CAP);
    await client.put('one', utf8('ours'), { contentType: 'text/plain', ifMatch: etag });
    await expect(storage.putFile('one', 'stock, late', { encrypt: false })).rejects.toMatchObject({
      hubError: { statusCode: 412 },
    });
    await storage.getFile('one', { decrypt: false });
    await storage.putFile('one', 'stock, having read', { encrypt: false });
    const late = client.put('one', utf8('ours, late'), { contentType: 'text/plain', ifMatch: etag });
    expect(await failure(late)).toMatchObject({ code: 'write-conflict' });
  });

  test('stock does not overwrite what was put once', async () => {
    const hub = await freshHub();
    await putOnce(await open(hub), 'one', utf8('ours'), { contentType: 'text/plain' });
    await expect(stock(hub).storage.putFile('one', 'stock', { encrypt: false })).rejects.toMatchObject({
      hubError: { statusCode: 412 },
    });
  });

  test('each removes what the other wrote', async () => {
    const hub = await freshHub();
    const client = await open(hub);
    const { storage } = stock(hub);
    await storage.putFile('stock', 'x', { encrypt: false });
    await client.remove('stock');
    await client.put('ours', utf8('x'), { contentType: 'text/plain' });
    await storage.deleteFile('ours');
    for (const path of ['stock', 'ours'])
      expect(await failure(client.read(path, CAP))).toMatchObject({ code: 'not-found' });
  });

  test('stock lists what was put here', async () => {
    const hub = await freshHub();
    await (await open(hub)).put('letterbox/messages/x', utf8('x'), { contentType: 'text/plain' });
    const listed: string[] = [];
    await stock(hub).storage.listFiles((path) => listed.push(path) > 0);
    expect(listed).toEqual(['letterbox/messages/x']);
  });
});
