import { createHash } from 'node:crypto';
import { lookupProfile } from '@stacks/auth';
import { getPublicKeyFromPrivate } from '@stacks/encryption';
import { makeProfileZoneFile, signProfileToken, wrapProfileToken } from '@stacks/profile';
import { getAddressFromPublicKey } from '@stacks/transactions';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startRegistry } from '../../src/devnet/registry.ts';
import type { Registry } from '../../src/devnet/registry.ts';
import { ADDRESS, freshHub, KEY, OTHER_KEY, store } from './hub/hub-client.ts';

const NAME = 'alice.id.blockstack';
const BTC_NAME = 'alice.btc';
const OWNER = ownerOf(KEY);

async function freshRegistry(): Promise<Registry> {
  const registry = await startRegistry();
  onTestFinished(registry.stop);
  return registry;
}

function ownerOf(key: string): string {
  return getAddressFromPublicKey(getPublicKeyFromPrivate(key), 'mainnet');
}

const get = (registry: Registry, path: string) => fetch(registry.origin + path);

describe('the registry', () => {
  test('answers what a Stacks API does for a name', async () => {
    const registry = await freshRegistry();
    const zonefile = makeProfileZoneFile(NAME, 'http://127.0.0.1:1/profile.json');
    registry.register({ name: NAME, address: OWNER, zonefile });
    const response = await get(registry, `/v1/names/${NAME}`);
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    const sha256 = createHash('sha256').update(zonefile).digest();
    expect(await response.json()).toEqual({
      address: OWNER,
      blockchain: 'stacks',
      status: 'registered_subdomain',
      last_txid: expect.stringMatching(/^0x[0-9a-f]{64}$/) as unknown,
      zonefile,
      zonefile_hash: createHash('ripemd160').update(sha256).digest('hex'),
    });
    expect(await (await get(registry, `/v1/names/${NAME}/zonefile`)).text()).toBe(zonefile);
    expect(await (await get(registry, `/v1/addresses/stacks/${OWNER}`)).json()).toEqual({ names: [NAME] });
  });

  test.each(['/v1/names/nobody.id.blockstack', '/v1/names/..%2f..', '/v1/names/', '/v1/names/x/y', '/'])(
    '%s is 404',
    async (path) => {
      const registry = await freshRegistry();
      expect(await get(registry, path)).toMatchObject({ status: 404 });
    },
  );

  test('an address without names has none', async () => {
    const registry = await freshRegistry();
    expect(await (await get(registry, `/v1/addresses/stacks/${OWNER}`)).json()).toEqual({ names: [] });
  });

  test('registering again transfers the name', async () => {
    const registry = await freshRegistry();
    const other = ownerOf(OTHER_KEY);
    registry.register({ name: NAME, address: OWNER, zonefile: 'a' });
    registry.register({ name: NAME, address: other, zonefile: 'b' });
    expect(await (await get(registry, `/v1/names/${NAME}`)).json()).toMatchObject({
      address: other,
      zonefile: 'b',
    });
  });

  test.each(['', 'Alice.id', 'a b', 'x'.repeat(81), '../x'])('does not take the name “%s”', async (name) => {
    const registry = await freshRegistry();
    expect(() => {
      registry.register({ name, address: OWNER, zonefile: '' });
    }).toThrow(TypeError);
  });
});

/** As the API of BNSv2 answers; of BNS v1, nothing ends in `.btc` here. */
describe('the registry, of names of BNSv2,', () => {
  async function withBoth(): Promise<(path: string) => Promise<unknown>> {
    const registry = await freshRegistry();
    registry.register({ name: NAME, address: OWNER, zonefile: '' });
    registry.register({
      name: BTC_NAME,
      address: OWNER,
      zonefile: '{"url":"https://a.example/profile.json"}',
    });
    return async (path) => {
      const response = await get(registry, path);
      return response.ok ? response.json() : response.status;
    };
  }

  test('says whose they are, where they lead, and which of them somebody has', async () => {
    const ask = await withBoth();
    expect(await ask(`/names/${BTC_NAME}`)).toEqual({
      status: 'active',
      data: { full_name: BTC_NAME, owner: OWNER, revoked: false, is_valid: true },
    });
    expect(await ask(`/resolve-name/${BTC_NAME}`)).toEqual({
      zonefile: { url: 'https://a.example/profile.json' },
    });
    expect(await ask(`/names/address/${OWNER}/valid`)).toEqual({
      total: 1,
      names: [{ full_name: BTC_NAME }],
    });
  });

  test('has no name of the other kind, in either', async () => {
    const ask = await withBoth();
    for (const path of ['/names/nobody.btc', `/names/${NAME}`, `/resolve-name/${NAME}`]) {
      expect(await ask(path)).toBe(404);
    }
    expect(await ask(`/v1/names/${BTC_NAME}`)).toBe(404);
    expect(await ask(`/v1/addresses/stacks/${OWNER}`)).toEqual({ names: [NAME] });
    expect(await ask(`/names/address/${ownerOf(OTHER_KEY)}/valid`)).toEqual({ total: 0, names: [] });
  });
});

async function world(signer: string) {
  const [registry, hub] = [await freshRegistry(), await freshHub()];
  const token = signProfileToken({ '@type': 'Person', name: 'Alice' }, signer, {
    publicKey: getPublicKeyFromPrivate(signer),
  });
  await store(hub, 'profile.json', JSON.stringify([wrapProfileToken(token)]));
  const zonefile = makeProfileZoneFile(NAME, `${hub.readPrefix}${ADDRESS}/profile.json`);
  registry.register({ name: NAME, address: OWNER, zonefile });
  return { zoneFileLookupURL: `${registry.origin}/v1/names/` };
}

describe('stock lookupProfile, over registry and hub', () => {
  test('finds the profile that the owner signed', async () => {
    const { zoneFileLookupURL } = await world(KEY);
    expect(await lookupProfile({ username: NAME, zoneFileLookupURL })).toEqual({
      '@type': 'Person',
      name: 'Alice',
    });
  });

  test('refuses one that another signed', async () => {
    const { zoneFileLookupURL } = await world(OTHER_KEY);
    await expect(lookupProfile({ username: NAME, zoneFileLookupURL })).rejects.toThrow('does not match');
  });

  test('refuses a name that is not there', async () => {
    const { zoneFileLookupURL } = await world(KEY);
    await expect(lookupProfile({ username: 'nobody.id.blockstack', zoneFileLookupURL })).rejects.toThrow(
      'Invalid',
    );
  });
});
