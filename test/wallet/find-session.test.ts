import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getGaiaAddress, getAppPrivateKey, signAndUploadProfile } from '@stacks/wallet-sdk';
import { sha256 } from '@noble/hashes/sha2.js';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { signInHeadless } from '../../src/devnet/headless.ts';
import { startHub, type Hub } from '../../src/devnet/hub.ts';
import { startRegistry, type Registry } from '../../src/devnet/registry.ts';
import { PEOPLE } from '../../src/devnet/wallet/people.ts';
import { startWallet, type Wallet } from '../../src/devnet/wallet.ts';
import { toHex, utf8 } from '../../src/protocol/bytes.ts';
import { addressOf, parseOrigin, parsePrivateKey, publicKeyOf } from '../../src/protocol/ids.ts';
import { findSession, type FindOptions } from '../../src/wallet/find-session.ts';
import { accountOf, openSecretKey, rootNodeOf, type SecretKey } from '../../src/wallet/secret-key.ts';
import { failure, startRogue, sendJson, web } from '../gaia/world.ts';

const APP = parseOrigin('https://postcard.example');
const OTHER = parseOrigin('https://noughts.example');
const clock = { now: Date.now };

let dataDir: string;
let hub: Hub;
let registry: Registry;
let wallet: Wallet;
let alice: SecretKey;
let options: FindOptions;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'letterbox-hub-'));
  hub = await startHub({ dataDir, now: Date.now });
  registry = await startRegistry();
  wallet = await startWallet({ hubUrl: hub.origin, registry });
  alice = await openSecretKey(PEOPLE.find(({ id }) => id === 'alice')?.secretKey ?? '');
  options = {
    ...web,
    hubUrl: hub.origin,
    clock,
    registries: { bns: [registry.origin], bnsv2: [registry.origin] },
  };
});
afterAll(async () => {
  await wallet.stop();
  await registry.stop();
  await hub.stop();
  await rm(dataDir, { recursive: true });
});

/** What the wallet of this account would keep in its profile: this bucket for the app. */
async function publish(secretKey: SecretKey, index: number, app: string, bucket: string): Promise<void> {
  const { account } = accountOf(secretKey, index);
  await signAndUploadProfile({
    profile: { '@type': 'Person', '@context': 'http://schema.org', apps: { [app]: bucket } },
    account,
    gaiaHubUrl: hub.origin,
  });
}

const bucketAt = (address: string) => `${hub.readPrefix}${address}/`;
const addressAt = (key: string) => addressOf(publicKeyOf(parsePrivateKey(key)));

describe('the key of an app', () => {
  test('is the one that the wallet gave the app, with name, hub and address', async () => {
    const world = { signIn: wallet.signIn, people: wallet.people, registry: registry.origin };
    const given = await signInHeadless(world, 'alice', APP);
    const address = addressAt(given.appPrivateKey);
    expect(await findSession(accountOf(alice, 0), APP, options)).toEqual({
      appPrivateKey: given.appPrivateKey,
      hubUrl: hub.origin,
      address,
      username: 'alice.id.blockstack',
      gaiaAssociationToken: expect.any(String) as unknown,
      profile: { apps: { [APP]: bucketAt(address) } },
    });
  });

  test('is found by a name that ends in .btc too', async () => {
    const btc = await startRegistry();
    const named = await startWallet({ hubUrl: hub.origin, registry: btc, names: { alice: 'alice.btc' } });
    onTestFinished(async () => {
      await named.stop();
      await btc.stop();
    });
    const world = { signIn: named.signIn, people: named.people, registry: btc.origin };
    const given = await signInHeadless(world, 'alice', APP);
    const found = await findSession(accountOf(alice, 0), APP, {
      ...options,
      registries: { bns: [btc.origin], bnsv2: [btc.origin] },
    });
    expect(found).toMatchObject({ appPrivateKey: given.appPrivateKey, username: 'alice.btc' });
  });

  test('of an account without a name is the one that its profile beside its apps names', async () => {
    const account = accountOf(alice, 1);
    const key = getAppPrivateKey({ account: account.account, appDomain: APP });
    await publish(alice, 1, APP, bucketAt(addressAt(key)));
    const session = await findSession(account, APP, options);
    expect(session).toMatchObject({ appPrivateKey: key });
    expect(session).not.toHaveProperty('username');
  });

  /** As two wallets write it down; the key of the identities is hashed as bytes or as hex. */
  test.each([
    ['the text of a digest', (key: Uint8Array) => Buffer.from(sha256(utf8(toHex(key)))).toString(), 2],
    ['the numbers of a digest', (key: Uint8Array) => sha256(key).toString(), 3],
  ])('salted with %s is found by the bucket that the profile names', async (_, saltOf, index) => {
    const identities = rootNodeOf(alice).derive("m/888'/0'");
    const salt = saltOf(identities.publicKey ?? new Uint8Array());
    const account = accountOf(alice, index);
    const first = accountOf(alice, 0).account; // such wallets take the first identity for every account
    const key = getAppPrivateKey({ account: { ...first, salt }, appDomain: APP });
    await publish(alice, index, APP, bucketAt(addressAt(key)));
    expect(await findSession(account, APP, options)).toMatchObject({ appPrivateKey: key });
  });
});

describe('what does not hold', () => {
  test('an app that the profile does not name: no key is guessed', async () => {
    expect(await failure(findSession(accountOf(alice, 0), OTHER, options))).toMatchObject({
      code: 'app-not-found',
    });
    expect(await failure(findSession(accountOf(alice, 9), APP, options))).toMatchObject({
      code: 'app-not-found',
    });
  });

  test('a bucket that no key of the account opens', async () => {
    await publish(alice, 4, APP, bucketAt(addressAt('77'.repeat(32))));
    expect(await failure(findSession(accountOf(alice, 4), APP, options))).toMatchObject({
      code: 'key-mismatch',
    });
  });

  test('a profile that somebody else signed in the account’s place', async () => {
    const account = accountOf(alice, 5);
    const place = getGaiaAddress(account.account);
    const { origin } = await startRogue(async (request, response) => {
      if (request.url === '/hub_info') {
        sendJson(response, 200, info(origin));
        return;
      }
      expect(request.url).toBe(`/read/${place}/profile.json`);
      const other = `${hub.readPrefix}${getGaiaAddress(accountOf(alice, 4).account)}/profile.json`;
      response.end(await (await fetch(other)).text());
    });
    expect(await failure(findSession(account, APP, { ...options, hubUrl: origin }))).toMatchObject({
      code: 'key-mismatch',
      context: { what: 'profile' },
    });
  });

  test('a registry that says another’s name is the account’s: the name leads to no key of it, and is left out', async () => {
    const world = { signIn: wallet.signIn, people: wallet.people, registry: registry.origin };
    await signInHeadless(world, 'bob', APP);
    const { origin } = await startRogue(async (request, response) => {
      if (request.url?.startsWith('/v1/addresses/') === true)
        sendJson(response, 200, { names: ['bob.id.blockstack'] });
      else response.end(await (await fetch(`${registry.origin}${request.url ?? ''}`)).text());
    });
    const lying = { ...options, registries: { bns: [origin], bnsv2: [] } };
    const session = await findSession(accountOf(alice, 1), APP, lying);
    expect(session).not.toHaveProperty('username');
  });

  test('a registry that is down keeps nobody out', async () => {
    const without = { ...options, registries: { bns: ['http://127.0.0.1:1'], bnsv2: [] } };
    expect(await findSession(accountOf(alice, 1), APP, without)).toMatchObject({ hubUrl: hub.origin });
  });
});

function info(origin: string) {
  return {
    challenge_text: '["gaiahub","0","rogue","blockstack_storage_please_sign"]',
    latest_auth_version: 'v1',
    read_url_prefix: `${origin}/read/`,
  };
}
