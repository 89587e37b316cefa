import { lookupProfile } from '@stacks/auth';
import { makeProfileZoneFile, signProfileToken, wrapProfileToken } from '@stacks/profile';
import { getAddressFromPublicKey } from '@stacks/transactions';
import { publicKeyToBtcAddress } from '@stacks/encryption';
import fc from 'fast-check';
import { describe, expect, test, onTestFinished } from 'vitest';
import { startRegistry, type Registry } from '../../src/devnet/registry.ts';
import type { BucketClient } from '../../src/gaia/bucket.ts';
import { checkNameAgrees, proveName, resolveName } from '../../src/gaia/names.ts';
import type { Registries } from '../../src/gaia/registry.ts';
import { publishRecord, type PublishOptions } from '../../src/gaia/records.ts';
import type { RecordContent } from '../../src/gaia/own-record.ts';
import { utf8 } from '../../src/protocol/bytes.ts';
import { isLetterboxError } from '../../src/protocol/errors.ts';
import { parseName, parseOrigin, parsePrivateKey, publicKeyOf } from '../../src/protocol/ids.ts';
import { freshHub, KEY, NOW, OTHER_KEY } from '../devnet/hub/hub-client.ts';
import { APP, clock, failure, nodeFetch, open, startRogue, web } from './world.ts';

const OWNER_KEY = '33'.repeat(32);
const OWNER = getAddressFromPublicKey(publicKeyOf(parsePrivateKey(OWNER_KEY)), 'mainnet');
const ALICE = parseName('alice.id.blockstack');
const CONTENT: RecordContent = {
  app: APP,
  name: ALICE,
  servers: [],
  accept: { maxBytes: 1000, unknown: 'request' },
};

interface World {
  registry: Registry;
  /** Alice's bucket for the app. */
  client: BucketClient;
  /** Where her profile is. */
  profileUrl: string;
  putProfile: (bytes: Uint8Array) => Promise<unknown>;
  options: typeof web & { registries: Registries; clock: typeof clock };
}

/** A registry and a hub on loopback; Alice owns her name and has a profile that names her bucket. */
async function world(): Promise<World> {
  const [hub, registry] = await Promise.all([freshHub(), startRegistry()]);
  onTestFinished(() => registry.stop());
  const client = await open(hub);
  const identity = await open(hub, { privateKey: parsePrivateKey(OWNER_KEY) });
  const putProfile = (bytes: Uint8Array): Promise<unknown> =>
    identity.put('profile.json', bytes, { contentType: 'application/json' });
  await putProfile(profileFile({ [APP]: client.bucket }));
  const profileUrl = `${identity.bucket}profile.json`;
  register(registry, profileUrl);
  return {
    registry,
    client,
    profileUrl,
    putProfile,
    options: { ...web, registries: at(registry.origin), clock },
  };
}

const at = (url: string): Registries => ({ bns: [url], bnsv2: [] });

function register(registry: Registry, profileUrl: string, address = OWNER): void {
  registry.register({ name: ALICE, address, zonefile: makeProfileZoneFile(ALICE, profileUrl) });
}

function profileFile(apps: unknown, key = OWNER_KEY): Uint8Array {
  return utf8(JSON.stringify([wrapProfileToken(signProfileToken({ '@type': 'Person', apps }, key))]));
}

function publish(client: BucketClient, content = CONTENT, change: Partial<PublishOptions> = {}) {
  return publishRecord(content, { ...web, client, privateKey: parsePrivateKey(KEY), clock, ...change });
}

describe('resolveName', () => {
  test('leads to the bucket', async () => {
    const { client, options } = await world();
    expect(await resolveName(ALICE, APP, options)).toEqual({
      name: ALICE,
      app: APP,
      bucket: client.bucket,
      address: client.address,
      checkedAt: NOW,
    });
  });

  test('and so does stock lookupProfile, over the same registry and profile', async () => {
    const { client, options } = await world();
    const profile = await lookupProfile({
      username: ALICE,
      zoneFileLookupURL: `${options.registries.bns[0]}/v1/names`,
    });
    expect(profile['apps']).toEqual({ [APP]: client.bucket });
  });

  test('a registry with a trailing slash is the same one', async () => {
    const { options } = await world();
    await expect(
      resolveName(ALICE, APP, { ...options, registries: at(`${options.registries.bns[0]}/`) }),
    ).resolves.toBeDefined();
  });

  test.each([
    ['a test network', getAddressFromPublicKey(publicKeyOf(parsePrivateKey(OWNER_KEY)), 'testnet')],
    ['an old registry', publicKeyToBtcAddress(publicKeyOf(parsePrivateKey(OWNER_KEY)))],
  ])('the owner’s address may be that of %s', async (_, address) => {
    const { registry, profileUrl, options } = await world();
    register(registry, profileUrl, address);
    await expect(resolveName(ALICE, APP, options)).resolves.toBeDefined();
  });

  test('name-not-found: nobody registered it', async () => {
    const { options } = await world();
    expect(await failure(resolveName(parseName('bob.id.blockstack'), APP, options))).toMatchObject({
      code: 'name-not-found',
      context: { name: 'bob.id.blockstack' },
    });
  });

  test('name-unproven: another owner, as after a transfer', async () => {
    const { registry, profileUrl, options } = await world();
    register(
      registry,
      profileUrl,
      getAddressFromPublicKey(publicKeyOf(parsePrivateKey(OTHER_KEY)), 'mainnet'),
    );
    expect(await failure(resolveName(ALICE, APP, options))).toMatchObject({
      code: 'name-unproven',
      cause: { code: 'key-mismatch' },
    });
  });

  test.each([
    ['signed by a stranger', profileFile({ [APP]: 'https://evil.example/x/' }, OTHER_KEY), 'key-mismatch'],
    ['that is no JSON', utf8('x'), 'malformed'],
    ['that is too long', new Uint8Array(64 * 1024 + 1), 'too-large'],
    ['whose apps are a text', profileFile('x'), 'malformed'],
    ['whose bucket is no URL', profileFile({ [APP]: 'x' }), 'malformed'],
    [
      'whose bucket is http',
      profileFile({ [APP]: `http://gaia.example.com/${'1'.repeat(33)}/` }),
      'malformed',
    ],
    ['whose bucket names no address', profileFile({ [APP]: 'https://gaia.example.com/hub/' }), 'malformed'],
    ['whose bucket is an object', profileFile({ [APP]: { url: 'x' } }), 'malformed'],
  ])('name-unproven: a profile %s', async (_, file, cause) => {
    const { putProfile, options } = await world();
    await putProfile(file);
    expect(await failure(resolveName(ALICE, APP, options))).toMatchObject({
      code: 'name-unproven',
      context: { name: ALICE },
      cause: { code: cause },
    });
  });

  test.each([
    ['on a private network', 'https://192.168.0.1/profile.json', 'place-forbidden'],
    ['over plain http', 'http://gaia.example.com/profile.json', 'place-forbidden'],
    ['of another scheme', 'httpx://gaia.example.com/profile.json', 'place-forbidden'],
  ])('name-unproven: a profile %s', async (_, url, cause) => {
    const { registry, options } = await world();
    register(registry, url);
    expect(await failure(resolveName(ALICE, APP, options))).toMatchObject({
      code: 'name-unproven',
      cause: { code: cause },
    });
  });

  test('name-unproven: no profile where the zonefile says, or no place said', async () => {
    const { registry, profileUrl, options } = await world();
    register(registry, `${profileUrl}.gone`);
    expect(await failure(resolveName(ALICE, APP, options))).toMatchObject({
      code: 'name-unproven',
      cause: { code: 'not-found' },
    });
    registry.register({ name: ALICE, address: OWNER, zonefile: '{"btc":"x"}' });
    expect(await failure(resolveName(ALICE, APP, options))).toMatchObject({
      code: 'name-unproven',
      context: { problem: 'its zonefile names no profile' },
    });
  });

  test.each([
    [{}],
    [undefined],
    [{ 'https://other.app': 'https://gaia.example.com/x/' }],
    [{ [`${APP}/`]: 'x' }],
  ])('app-not-found: apps %j', async (apps) => {
    const { putProfile, options } = await world();
    await putProfile(profileFile(apps));
    expect(await failure(resolveName(ALICE, APP, options))).toMatchObject({
      code: 'app-not-found',
      context: { name: ALICE, app: APP },
    });
  });

  test('an app named like a member of every object is not found', async () => {
    const { options } = await world();
    expect(await failure(resolveName(ALICE, 'constructor' as typeof APP, options))).toMatchObject({
      code: 'app-not-found',
    });
  });

  test.each([
    ['unreachable', 500, ''],
    ['unreachable', 302, ''],
    ['name-not-found', 404, '{}'],
    ['name-unproven', 200, 'x'],
    ['name-unproven', 200, '[]'],
    ['name-unproven', 200, '{"zonefile":"x"}'],
    ['name-unproven', 200, `{"address":"${OWNER}"}`],
    ['name-unproven', 200, `{"address":"${OWNER}","zonefile":null}`],
    ['name-unproven', 200, `{"address":"${'S'.repeat(65)}","zonefile":""}`],
    ['name-unproven', 200, `{"address":"${OWNER}","zonefile":"${'x'.repeat(41_000)}"}`],
    ['name-unproven', 200, 'x'.repeat(70_000)],
  ])('%s: a registry that answers %i %.40s', async (code, status, body) => {
    const { origin } = await startRogue((_, response) =>
      response.writeHead(status, { Location: '/x' }).end(body),
    );
    expect(await failure(resolveName(ALICE, APP, { ...web, registries: at(origin), clock }))).toMatchObject({
      code,
    });
  });

  test('unreachable: a registry or a profile that is down is worth another try', async () => {
    const { registry, options } = await world();
    const { origin } = await startRogue((_, response) => response.socket?.destroy());
    register(registry, `${origin}/profile.json`);
    expect(await failure(resolveName(ALICE, APP, options))).toMatchObject({ code: 'unreachable' });
    expect(await failure(resolveName(ALICE, APP, { ...options, registries: at(origin) }))).toMatchObject({
      code: 'unreachable',
    });
  });

  test('a name is one segment of the registry’s path', async () => {
    const { origin, seen } = await startRogue((_, response) => response.writeHead(404).end());
    await failure(resolveName(parseName('a+b.id'), APP, { ...web, registries: at(`${origin}/base`), clock }));
    expect(seen).toEqual(['GET /base/v1/names/a%2Bb.id']);
  });

  test('without the development switch nothing on loopback is asked', async () => {
    const { origin, seen } = await startRogue((_, response) => response.end());
    const asked = resolveName(ALICE, APP, { fetch: nodeFetch, registries: at(origin), clock });
    expect(isLetterboxError(await failure(asked))).toBe(true);
    expect(seen).toEqual([]);
  });

  test('whatever the zonefile, the outcome is one of our errors', async () => {
    const { registry, options } = await world();
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), async (zonefile) => {
        registry.register({ name: ALICE, address: OWNER, zonefile });
        expect(await failure(resolveName(ALICE, APP, options))).toMatchObject({ code: 'name-unproven' });
      }),
      { numRuns: 50 },
    );
  });
});

describe('proveName', () => {
  test('a .btc name’s chain runs over BNSv2, and both ways', async () => {
    const { client, registry, profileUrl, options } = await world();
    const name = parseName('alice.btc');
    registry.register({ name, address: OWNER, zonefile: JSON.stringify({ owner: OWNER, url: profileUrl }) });
    await publish(client, { ...CONTENT, name });
    const registries = { bns: [], bnsv2: [registry.origin] };
    expect(await proveName(name, APP, { ...options, registries })).toMatchObject({
      name,
      bucket: client.bucket,
    });
    expect(await failure(proveName(ALICE, APP, options))).toMatchObject({ code: 'name-mismatch' });
  });

  test('the chain runs both ways', async () => {
    const { client, options } = await world();
    const { record } = await publish(client);
    expect(await proveName(ALICE, APP, options)).toMatchObject({
      name: ALICE,
      address: client.address,
      bucket: client.bucket,
      checkedAt: NOW,
      record: { token: record.token, name: ALICE },
      pin: { seq: record.seq, token: record.token },
    });
  });

  test('name-mismatch: the record carries no name, or another', async () => {
    const { client, options } = await world();
    const { name: _, ...nameless } = CONTENT;
    await publish(client, nameless);
    expect((await failure(proveName(ALICE, APP, options))).context).toEqual({ name: ALICE });
    await publish(client, { ...CONTENT, name: parseName('bob.id.blockstack') });
    expect(await failure(proveName(ALICE, APP, options))).toMatchObject({
      code: 'name-mismatch',
      context: { name: ALICE, found: 'bob.id.blockstack' },
    });
  });

  test('app-not-found: the bucket is another app’s', async () => {
    const { client, options } = await world();
    await publish(client, { ...CONTENT, app: parseOrigin('https://other.app') });
    expect(await failure(proveName(ALICE, APP, options))).toMatchObject({ code: 'app-not-found' });
  });

  test('record-not-found: the bucket has none', async () => {
    const { client, options } = await world();
    expect(await failure(proveName(ALICE, APP, options))).toMatchObject({
      code: 'record-not-found',
      context: { bucket: client.bucket },
    });
  });

  test('a name pointed at someone else’s bucket proves nothing', async () => {
    const { client, registry, putProfile, options } = await world();
    await publish(client, { ...CONTENT, name: parseName('victim.id.blockstack') });
    await putProfile(profileFile({ [APP]: client.bucket }));
    expect(registry.origin).toBe(options.registries.bns[0]);
    expect(await failure(proveName(ALICE, APP, options))).toMatchObject({ code: 'name-mismatch' });
  });
});

test('checkNameAgrees wants the very bucket that the name leads to', async () => {
  const { client, options } = await world();
  const { record } = await publish(client);
  const resolved = await resolveName(ALICE, APP, options);
  expect(() => {
    checkNameAgrees(resolved, record);
  }).not.toThrow();
  const elsewhere = {
    ...resolved,
    bucket: client.bucket.replace('/reader/', '/elsewhere/') as typeof resolved.bucket,
  };
  expect(() => {
    checkNameAgrees(elsewhere, record);
  }).toThrow(expect.objectContaining({ code: 'name-mismatch' }));
});
