import { AppConfig, lookupProfile, UserSession } from '@stacks/auth';
import { config } from '@stacks/common';
import { getPublicKeyFromPrivate, publicKeyToBtcAddress } from '@stacks/encryption';
import * as storagePackage from '@stacks/storage';
import { describe, expect, onTestFinished, test } from 'vitest';
import { signInHeadless } from '../../src/devnet/headless.ts';
import { startRegistry } from '../../src/devnet/registry.ts';
import { startWallet } from '../../src/devnet/wallet.ts';
import type { Wallet } from '../../src/devnet/wallet.ts';
import { freshHub, send } from './hub/hub-client.ts';

const { Storage } = storagePackage;
config.logLevel = 'none';

const POSTCARD = 'http://127.0.0.1:4001';
const NOUGHTS = 'http://127.0.0.1:4002';

/** Registry, hub and wallet, with the machine's own clock: stock tokens carry its time. */
async function town() {
  const hub = await freshHub({ now: Date.now });
  const registry = await startRegistry();
  const wallet = await startWallet({ hubUrl: hub.origin, registry });
  onTestFinished(async () => {
    await wallet.stop();
    await registry.stop();
  });
  const world = { signIn: wallet.signIn, people: wallet.people, registry: registry.origin };
  return { hub, registry, wallet, world };
}

const bucketOf = (prefix: string, key: string): string =>
  `${prefix}${publicKeyToBtcAddress(getPublicKeyFromPrivate(key))}/`;

describe('starting', () => {
  test('registers both names and publishes a profile that their owner signed', async () => {
    const { registry, wallet } = await town();
    const zoneFileLookupURL = `${registry.origin}/v1/names/`;
    const profile = await lookupProfile({ username: 'alice.id.blockstack', zoneFileLookupURL });
    expect(profile).toMatchObject({ '@type': 'Person', name: 'Alice' });
    expect(await lookupProfile({ username: 'bob.id.blockstack', zoneFileLookupURL })).toMatchObject({
      name: 'Bob',
    });
    expect(wallet.people.alice.owner).not.toBe(wallet.people.bob.owner);
  });

  test('again leaves the apps in a profile where they are', async () => {
    const { hub, registry, world } = await town();
    await signInHeadless(world, 'alice', POSTCARD);
    const again = await startWallet({ hubUrl: hub.origin, registry });
    onTestFinished(again.stop);
    const profile = await lookupProfile({
      username: 'alice.id.blockstack',
      zoneFileLookupURL: `${registry.origin}/v1/names/`,
    });
    expect(Object.keys(profile['apps'] as object)).toEqual([POSTCARD]);
  });

  test('without a hub fails', async () => {
    const { registry } = await town();
    await expect(startWallet({ hubUrl: registry.origin, registry })).rejects.toThrow('not a Gaia hub');
  });
});

describe('signing in', () => {
  test('gives a session that stock clients work with, and names the bucket in the profile', async () => {
    const { hub, registry, world } = await town();
    const session = await signInHeadless(world, 'alice', POSTCARD);
    expect(session).toMatchObject({ hubUrl: hub.origin, username: 'alice.id.blockstack' });
    expect(session.appPrivateKey).toMatch(/^[0-9a-f]{64}$/);

    const profile = await lookupProfile({
      username: 'alice.id.blockstack',
      zoneFileLookupURL: `${registry.origin}/v1/names/`,
    });
    const bucket = bucketOf(hub.readPrefix, session.appPrivateKey);
    expect(profile).toMatchObject({
      apps: { [POSTCARD]: bucket },
      appsMeta: {
        [POSTCARD]: { storage: bucket, publicKey: getPublicKeyFromPrivate(session.appPrivateKey) },
      },
    });
  });

  test('the session writes to its bucket, association token included', async () => {
    const { hub, world } = await town();
    const session = await signInHeadless(world, 'bob', POSTCARD);
    const userSession = new UserSession({ appConfig: new AppConfig([], POSTCARD), sessionOptions: {} });
    const data = userSession.store.getSessionData();
    data.userData = session;
    userSession.store.setSessionData(data);
    const url = await new Storage({ userSession }).putFile('one', 'hello', { encrypt: false });
    expect(url).toBe(`${bucketOf(hub.readPrefix, session.appPrivateKey)}one`);
    expect(session.gaiaAssociationToken).toEqual(expect.any(String));
  });

  test('keys differ by person and by app, and are the same again', async () => {
    const { world } = await town();
    const keys = await Promise.all([
      signInHeadless(world, 'alice', POSTCARD),
      signInHeadless(world, 'alice', NOUGHTS),
      signInHeadless(world, 'bob', POSTCARD),
    ]);
    expect(new Set(keys.map((session) => session.appPrivateKey)).size).toBe(3);
    const again = await signInHeadless(world, 'alice', POSTCARD);
    expect(again.appPrivateKey).toBe(keys[0].appPrivateKey);
  });

  test('two apps at once both end up in the profile', async () => {
    const { registry, world } = await town();
    await Promise.all([signInHeadless(world, 'alice', POSTCARD), signInHeadless(world, 'alice', NOUGHTS)]);
    const profile = await lookupProfile({
      username: 'alice.id.blockstack',
      zoneFileLookupURL: `${registry.origin}/v1/names/`,
    });
    expect(Object.keys(profile['apps'] as object).toSorted()).toEqual([POSTCARD, NOUGHTS]);
  });

  test('a refusal does not stand in the way of the next', async () => {
    const { wallet, world } = await town();
    await expect(wallet.signIn('alice', { token: 'x', origin: POSTCARD })).rejects.toThrow('not a token');
    expect(await signInHeadless(world, 'alice', POSTCARD)).toMatchObject({ username: 'alice.id.blockstack' });
  });
});

describe('a request is refused', () => {
  const request = (origin: string, changed: { manifest?: string; expiresAt?: number } = {}): string => {
    const session = new UserSession({
      appConfig: new AppConfig(['store_write'], origin),
      sessionOptions: {},
    });
    return session.makeAuthRequest(
      undefined,
      undefined,
      changed.manifest,
      undefined,
      undefined,
      changed.expiresAt,
    );
  };

  test.each([
    ['by another origin than it says', () => request(NOUGHTS), 'another origin'],
    ['that has expired', () => request(POSTCARD, { expiresAt: 1_000_000_000_000 }), 'expired'],
    [
      'whose manifest is elsewhere',
      () => request(POSTCARD, { manifest: `${NOUGHTS}/m` }),
      'expired or is not',
    ],
    ['that was changed', () => `${request(POSTCARD).slice(0, -8)}AAAAAAAA`, 'not signed'],
    ['that is no token', () => 'abc', 'not a token'],
  ])('%s', async (_case, make, problem) => {
    const { wallet } = await town();
    await expect(wallet.signIn('alice', { token: make(), origin: POSTCARD })).rejects.toThrow(problem);
  });
});

describe('the wallet’s API answers its own page only', () => {
  const own = { 'Sec-Fetch-Site': 'same-origin' };
  const signIn = (wallet: Wallet, body: string, headers: Record<string, string> = own) =>
    send(wallet, '/api/sign-in', { method: 'POST', headers, body });

  test('accounts: names and public keys, nothing secret', async () => {
    const { wallet } = await town();
    const reply = await send(wallet, '/api/accounts', { headers: own });
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.body)).toEqual([
      {
        id: 'alice',
        displayName: 'Alice',
        name: 'alice.id.blockstack',
        address: wallet.people.alice.owner,
        publicKey: expect.stringMatching(/^0[23][0-9a-f]{64}$/) as unknown,
      },
      expect.objectContaining({ id: 'bob', name: 'bob.id.blockstack' }),
    ]);
  });

  test.each([{}, { 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'same-site' }])(
    'a request with %o is 403 and gets no CORS header',
    async (headers) => {
      const { wallet } = await town();
      for (const path of ['/api/accounts', '/api/sign-in']) {
        const reply = await send(wallet, path, { headers });
        expect(reply).toMatchObject({ status: 403 });
        expect(reply.headers).not.toHaveProperty('access-control-allow-origin');
      }
    },
  );

  test('a sign-in answers the token, or says what is wrong', async () => {
    const { wallet } = await town();
    const session = new UserSession({ appConfig: new AppConfig([], POSTCARD), sessionOptions: {} });
    const token = session.makeAuthRequest();
    const good = await signIn(wallet, JSON.stringify({ person: 'bob', token, origin: POSTCARD }));
    expect(good.status).toBe(200);
    const { response } = JSON.parse(good.body) as { response: string };
    expect(await session.handlePendingSignIn(response)).toMatchObject({
      profile: { username: 'bob.id.blockstack' },
    });

    for (const [body, status] of [
      ['{', 400],
      ['{}', 400],
      [JSON.stringify({ person: 'eve', token, origin: POSTCARD }), 400],
      [JSON.stringify({ person: 'bob', origin: POSTCARD }), 400],
      [JSON.stringify({ person: 'bob', token, origin: NOUGHTS }), 400],
      ['x'.repeat(70_000), 413],
    ] as const) {
      expect(await signIn(wallet, body)).toMatchObject({ status });
    }
  });

  test('other paths are 404', async () => {
    const { wallet } = await town();
    expect(await send(wallet, '/api/keys', { headers: own })).toMatchObject({ status: 404 });
    expect(await send(wallet, '/dialog.html')).toMatchObject({ status: 404 });
  });
});
