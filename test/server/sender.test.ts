import { publicKeyToAddress } from '@stacks/transactions';
import { makeProfileZoneFile, signProfileToken, wrapProfileToken } from '@stacks/profile';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../src/protocol/bytes.ts';
import { publicKeyOf } from '../../src/protocol/ids.ts';
import { createHarness, problemOf, type Harness } from './harness.ts';
import { asName, createPerson, ORIGIN, START } from './person.ts';

const alice = createPerson('alice');
const bob = createPerson('bob');
const owner = createPerson('the key that owns the name');
const NAME = asName('alice.id.blockstack');
const REGISTRY = 'https://registry.example';
const BTC_REGISTRY = 'https://btc.example';
const PROFILE = 'https://hub.example/alice/profile.json';
const place = `${alice.bucket}.well-known/letterbox.json`;

async function aliceAndBob(): Promise<Harness> {
  const harness = createHarness({ registries: { bns: [REGISTRY], bnsv2: [BTC_REGISTRY] } });
  await harness.settle(bob);
  harness.web.publish(alice.bucket, alice.record());
  return harness;
}

const APPS = { [alice.app]: alice.bucket };

/** Registers the name; its profile says where the app's bucket is. */
function register({ web }: Harness, apps: Record<string, string> = APPS): void {
  const address = publicKeyToAddress(publicKeyOf(owner.key), 'mainnet');
  const zonefile = makeProfileZoneFile(NAME, PROFILE);
  web.put(`${REGISTRY}/v1/names/${NAME}`, utf8(JSON.stringify({ address, zonefile, status: 'registered' })));
  const token = signProfileToken({ '@type': 'Person', apps }, owner.key);
  web.put(PROFILE, utf8(JSON.stringify([wrapProfileToken(token)])));
}

const named = { claims: { name: NAME } };

describe('the sender’s record', () => {
  const flaws: readonly (readonly [string, (harness: Harness) => unknown])[] = [
    ['is missing', ({ web }) => web.put(place, 404)],
    ['is not one', ({ web }) => web.put(place, utf8('<html>'))],
    ['is somebody else’s', ({ web }) => web.put(place, bob.record())],
    [
      'is a copy of one that lives elsewhere',
      ({ web }) => web.put(place, createPerson('alice', { hub: 'https://x.example/' }).record()),
    ],
    ['is for another app', ({ web }) => web.put(place, alice.record({ app: ORIGIN }))],
    ['has ended', ({ web }) => web.put(place, alice.record({ iat: START - 100, exp: START }))],
    ['is too long', ({ web }) => web.put(place, new Uint8Array(16 * 1024 + 1))],
  ];
  for (const [flaw, put] of flaws) {
    test(`${flaw}: sender-unverified, and the sender should look to it`, async () => {
      const harness = await aliceAndBob();
      await put(harness);
      const response = await harness.send(alice, bob, 'one');
      expect(await response.clone().json()).toMatchObject({ retry: 'refresh-record' });
      expect(await problemOf(response)).toBe('403 sender-unverified');
    });
  }

  test('is read once in ten minutes, and a failure is asked again after one', async () => {
    const harness = await aliceAndBob();
    const asked = (): number => harness.web.asked.filter((url) => url === place).length;
    harness.web.put(place, 404);
    await harness.send(alice, bob, 'one');
    harness.web.publish(alice.bucket, alice.record());
    harness.time.pass(59);
    expect(await problemOf(await harness.send(alice, bob, 'one'))).toBe('403 sender-unverified');
    expect(asked()).toBe(1);
    harness.time.pass(1);
    expect((await harness.send(alice, bob, 'one')).status).toBe(201);
    harness.time.pass(599);
    expect((await harness.send(alice, bob, 'two')).status).toBe(201);
    expect(asked()).toBe(2);
    harness.time.pass(1);
    expect((await harness.send(alice, bob, 'three')).status).toBe(201);
    expect(asked()).toBe(3);
  });

  test('is asked for once by all who wait for it', async () => {
    const harness = await aliceAndBob();
    const sent = await Promise.all(['one', 'two', 'three'].map((seed) => harness.send(alice, bob, seed)));
    expect(sent.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(harness.web.asked.filter((url) => url === place)).toHaveLength(1);
  });

  test('cannot be read: later', async () => {
    const harness = await aliceAndBob();
    harness.web.put(place, new Error('down'));
    expect(await problemOf(await harness.send(alice, bob, 'one'))).toBe('503 unavailable');
  });
});

describe('a claimed name', () => {
  test('counts where the chain runs both ways, and is listed', async () => {
    const harness = await aliceAndBob();
    register(harness);
    harness.web.publish(alice.bucket, alice.record({ name: NAME }));
    expect((await harness.send(alice, bob, 'one', named)).status).toBe(201);
    const page: unknown = await (await harness.ask(bob, 'read', 'GET', '/messages')).json();
    expect(page).toMatchObject({ items: [{ from: { address: alice.address, name: NAME } }] });
  });

  const flaws: readonly (readonly [string, (harness: Harness) => unknown])[] = [
    ['the record does not carry', ({ web }) => web.publish(alice.bucket, alice.record())],
    ['nobody registered', ({ web }) => web.put(`${REGISTRY}/v1/names/${NAME}`, 404)],
    ['leads to another bucket', (harness) => register(harness, { [alice.app]: bob.bucket })],
    ['is for other apps', (harness) => register(harness, {})],
    [
      'has a profile that its owner did not sign',
      ({ web }) =>
        web.put(
          PROFILE,
          utf8(
            JSON.stringify([
              wrapProfileToken(signProfileToken({ apps: { [alice.app]: alice.bucket } }, alice.key)),
            ]),
          ),
        ),
    ],
  ];
  for (const [flaw, spoil] of flaws) {
    test(`that ${flaw}: sender-unverified; refused by who asks for names`, async () => {
      for (const unknown of ['request', 'named'] as const) {
        const harness = await aliceAndBob();
        register(harness);
        harness.web.publish(alice.bucket, alice.record({ name: NAME }));
        await spoil(harness);
        await harness.settle(bob, bob.record({ seq: (START + 1) * 1000, accept: { maxBytes: 1, unknown } }));
        const answer = unknown === 'named' ? '403 recipient-refused' : '403 sender-unverified';
        expect(await problemOf(await harness.send(alice, bob, 'one', named))).toBe(answer);
      }
    });
  }

  test('that the cached record and profile did not carry yet is asked for again after a minute', async () => {
    const harness = await aliceAndBob();
    register(harness, { [alice.app]: bob.bucket });
    expect((await harness.send(alice, bob, 'one')).status).toBe(201);
    harness.web.publish(alice.bucket, alice.record({ name: NAME }));
    harness.time.pass(59);
    expect(await problemOf(await harness.send(alice, bob, 'two', named))).toBe('403 sender-unverified');
    harness.time.pass(1);
    expect(await problemOf(await harness.send(alice, bob, 'two', named))).toBe('403 sender-unverified');
    register(harness);
    harness.time.pass(60);
    expect((await harness.send(alice, bob, 'two', named)).status).toBe(201);
  });

  test('passes who asks for names', async () => {
    const harness = await aliceAndBob();
    register(harness);
    harness.web.publish(alice.bucket, alice.record({ name: NAME }));
    await harness.settle(
      bob,
      bob.record({ seq: (START + 1) * 1000, accept: { maxBytes: 1, unknown: 'named' } }),
    );
    expect((await harness.send(alice, bob, 'one', named)).status).toBe(201);
  });

  test('of BNSv2 is looked up in the registry for those, and in no other', async () => {
    const name = asName('alice.btc');
    const address = publicKeyToAddress(publicKeyOf(owner.key), 'mainnet');
    const harness = await aliceAndBob();
    register(harness); // for the profile
    harness.web.put(`${BTC_REGISTRY}/names/${name}`, utf8(JSON.stringify({ data: { owner: address } })));
    const zonefile = { url: PROFILE };
    harness.web.put(`${BTC_REGISTRY}/resolve-name/${name}`, utf8(JSON.stringify({ zonefile })));
    harness.web.publish(alice.bucket, alice.record({ name }));
    expect((await harness.send(alice, bob, 'one', { claims: { name } })).status).toBe(201);
    expect(harness.web.asked.some((url) => url.startsWith(REGISTRY))).toBe(false);
  });

  test('is not resolved where the record speaks against it, or where there is no registry', async () => {
    const harness = createHarness();
    await harness.settle(bob);
    harness.web.publish(alice.bucket, alice.record({ name: NAME }));
    expect(await problemOf(await harness.send(alice, bob, 'one', named))).toBe('403 sender-unverified');
    expect(harness.web.asked.every((url) => url.endsWith('.well-known/letterbox.json'))).toBe(true);
  });

  test('that the registry cannot answer for now: later', async () => {
    const harness = await aliceAndBob();
    register(harness);
    harness.web.publish(alice.bucket, alice.record({ name: NAME }));
    harness.web.put(`${REGISTRY}/v1/names/${NAME}`, new Error('down'));
    expect(await problemOf(await harness.send(alice, bob, 'one', named))).toBe('503 unavailable');
  });
});
