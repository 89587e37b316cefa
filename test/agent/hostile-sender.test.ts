import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Agent } from '../../src/agent/agent.ts';
import { utf8 } from '../../src/protocol/bytes.ts';
import { stacksCipher } from '../../src/protocol/envelope.ts';
import { newId, publicKeyOf, type Name } from '../../src/protocol/ids.ts';
import type { Fetch } from '../../src/protocol/ports.ts';
import { createLetterboxTransport } from '../../src/transports/letterbox.ts';
import { openSocket } from '../../extension/platform/socket.ts';
import { connect, createDevice, type Device } from './device.ts';
import { createMallory, GARBAGE, NOT_AN_ENVELOPE, type Forgery } from './mallory.ts';
import {
  createPerson,
  freshLabel,
  nodeFetch,
  OTHER_APP,
  random,
  registerName,
  startWorld,
  type Person,
  type World,
} from './world.ts';

/** Its one string is longer than the engine can match. */
const HUGE = utf8(JSON.stringify({ cipherText: 'A'.repeat(8 << 20) }));
const MINUTE = 60_000;
const DAY = 86_400_000;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

interface Scene {
  readonly bob: Person;
  readonly agent: Agent;
  readonly device: Device;
  readonly mallory: Person;
  readonly forge: ReturnType<typeof createMallory>;
  /** What Bob sees, newest first. */
  readonly seen: () => Promise<unknown[]>;
}

/** Bob, and someone who writes to him without an agent. */
async function scene(accepted = true): Promise<Scene> {
  const bob = await createPerson(world);
  const mallory = await createPerson(world, freshLabel('mallory'));
  const device = await createDevice(world);
  const agent = device.start();
  await connect(agent, bob);
  const forge = createMallory(world, mallory, bob);
  await forge.publish();
  if (accepted) await agent.owner.accept({ inbox: bob.address, from: mallory.address });
  await agent.work();
  const seen = async (): Promise<unknown[]> => {
    const { entries } = await agent.owner.messages({ limit: 50 });
    return entries.map(({ content }) =>
      content.state === 'unreadable' ? content.reason.code : content.state,
    );
  };
  return { bob, agent, device, mallory, forge, seen };
}

describe('what an accepted sender forges is a visible entry, and the next message is read', () => {
  const cases: [string, (scene: Scene) => Promise<Forgery>, string][] = [
    ['a pointer of noise', async () => ({ pointer: GARBAGE }), 'malformed'],
    [
      'a pointer for someone else',
      async () => ({ keys: { recipient: publicKeyOf((await stranger()).key) } }),
      'envelope-unreadable',
    ],
    [
      'a pointer by another key',
      async () => ({ keys: { sender: (await stranger()).key } }),
      'pointer-sender',
    ],
    [
      'a pointer to another bucket',
      async () => ({ claims: { bucket: (await stranger()).bucket } }),
      'pointer-sender',
    ],
    [
      'a pointer to another inbox',
      async () => ({ claims: { to: (await stranger()).address } }),
      'pointer-recipient',
    ],
    ['a pointer to another app', async () => ({ claims: { app: OTHER_APP } }), 'pointer-recipient'],
    ['a file that is no envelope', async () => ({ signed: NOT_AN_ENVELOPE }), 'malformed'],
    [
      'a file for someone else',
      async () => ({ signed: utf8(await stacksCipher.seal('{}', publicKeyOf((await stranger()).key))) }),
      'envelope-unreadable',
    ],
    [
      'a file that is no message',
      async ({ bob }) => ({ signed: utf8(await stacksCipher.seal('{}', publicKeyOf(bob.key))) }),
      'malformed',
    ],
    ['a longer file than signed', async () => ({ claims: { size: 10 } }), 'too-large'],
    ['a file that is larger than any may be', async () => ({ signed: HUGE }), 'too-large'],
    ['a shorter file than signed', async () => ({ claims: { size: 9000 } }), 'file-size'],
    ['a message of another id', async () => ({ message: { id: newId(random) } }), 'message-disagrees'],
    ['a message of another app', async () => ({ message: { app: OTHER_APP } }), 'message-disagrees'],
    ['a message from another', async () => ({ message: { from: await stranger() } }), 'message-disagrees'],
    ['a message to another', async () => ({ message: { to: await stranger() } }), 'message-disagrees'],
    ['a body that its type does not have', async () => ({ message: { body: 7 } }), 'malformed'],
    [
      'a receipt that is none',
      async () => ({ message: { type: 'application/vnd.letterbox.receipt+json', fallback: '' } }),
      'malformed',
    ],
  ];

  test.each(cases)('%s', async (_, forgery, code) => {
    const set = await scene();
    await set.forge.post(await forgery(set));
    world.pass(1000);
    await set.forge.post();
    await set.agent.owner.syncNow();
    expect(new Set(await set.seen())).toEqual(new Set([code, 'readable']));
    expect((await set.agent.owner.overview()).unread).toBe(2);
    expect(set.device.reported).toEqual([]);
  });
});

describe('a file that is not there', () => {
  test('is looked for until the server forgets it, then it is gone', async () => {
    const { forge, agent, seen } = await scene();
    await forge.post({ placed: null });
    await agent.owner.syncNow();
    expect(await seen()).toEqual(['fetching']);
    world.pass(29 * DAY);
    await agent.work();
    expect(await seen()).toEqual(['fetching']);
    world.pass(2 * DAY);
    await agent.work();
    expect(await seen()).toEqual(['gone']);
  });

  test('is read once it comes', async () => {
    const { forge, agent, seen } = await scene();
    const id = newId(random);
    const file = await forge.fileOf(id);
    await forge.post({ id, signed: file, placed: null });
    await agent.owner.syncNow();
    await forge.put(id, file);
    world.pass(10_000);
    await agent.work();
    expect(await seen()).toEqual(['readable']);
  });
});

test('a message that brings out a bug is reported and an entry, and the next message is read', async () => {
  const { forge, device, seen, bob, mallory } = await scene();
  const { id, pointer } = await forge.post();
  let faults = 0;
  const open: typeof stacksCipher.open = (envelope, key) => {
    if (envelope.length === pointer.length || faults > 0) return stacksCipher.open(envelope, key);
    faults += 1;
    throw new RangeError('a bug');
  };
  const agent = device.start({ cipher: { ...stacksCipher, open } });
  await agent.owner.syncNow();
  world.pass(1000);
  await forge.post();
  await agent.owner.syncNow();
  expect(device.reported).toMatchObject([{ name: 'RangeError' }]);
  expect(await seen()).toEqual(['readable', 'internal']);
  await agent.owner.retry({ inbox: bob.address, from: mallory.address, id });
  await agent.work();
  expect(await seen()).toEqual(['readable', 'readable']);
});

describe('a file of another digest', () => {
  async function stale() {
    const set = await scene();
    const id = newId(random);
    const signed = await set.forge.fileOf(id);
    await set.forge.post({ id, signed, placed: random.bytes(signed.length) });
    await set.agent.owner.syncNow();
    const after = async (minutes: number): Promise<unknown[]> => {
      world.pass(minutes * MINUTE);
      await set.agent.work();
      return set.seen();
    };
    return { ...set, id, signed, after };
  }

  test('is looked at three times more, over ten minutes', async () => {
    const { seen, after } = await stale();
    expect([await seen(), await after(1), await after(3), await after(6)].flat()).toEqual([
      'fetching',
      'fetching',
      'fetching',
      'file-digest',
    ]);
  });

  test('is read when the cache has caught up', async () => {
    const { forge, id, signed, after } = await stale();
    await forge.put(id, signed);
    expect(await after(1)).toEqual(['readable']);
  });

  test('is fetched again when the person asks', async () => {
    const { forge, id, signed, after, agent, bob, mallory, seen } = await stale();
    await after(1);
    await after(3);
    expect(await after(6)).toEqual(['file-digest']);
    await forge.put(id, signed);
    await agent.owner.retry({ inbox: bob.address, from: mallory.address, id });
    await agent.work();
    expect(await seen()).toEqual(['readable']);
  });
});

describe('repeating', () => {
  test('the same message in two deliveries is one entry', async () => {
    const { forge, agent, seen } = await scene();
    const { id, pointer } = await forge.post();
    await forge.post({ id, pointer, placed: null });
    await agent.owner.syncNow();
    expect(await seen()).toEqual(['readable']);
  });

  test('a second file under one id is flagged, and the first one stays', async () => {
    const { forge, agent } = await scene();
    const { id } = await forge.post();
    await agent.owner.syncNow();
    await forge.post({ id, message: { body: 'Something else.' } });
    await agent.owner.syncNow();
    const { entries } = await agent.owner.messages({ limit: 10 });
    expect(entries).toMatchObject([{ id, conflicting: true, content: { text: 'Hello.' } }]);
  });

  test('what the person deleted does not come back, here or at the server', async () => {
    const { forge, agent, seen, bob, mallory } = await scene();
    const { id, pointer } = await forge.post();
    await agent.owner.syncNow();
    await agent.owner.remove([{ inbox: bob.address, from: mallory.address, id }]);
    await agent.work();
    await forge.post({ id, pointer });
    await agent.owner.syncNow();
    expect(await seen()).toEqual([]);
    expect((await agent.owner.overview()).badge).toBe(0);
    const fresh = (await createDevice(world)).start();
    await connect(fresh, bob);
    await fresh.owner.accept({ inbox: bob.address, from: mallory.address });
    await fresh.work();
    expect((await fresh.owner.messages({ limit: 10 })).entries).toEqual([]);
  });
});

describe('an unknown sender', () => {
  test('is an address in Requests, and nothing is fetched', async () => {
    const { forge, agent, device, bob, mallory, seen } = await scene(false);
    const { id } = await forge.post();
    const urls = fetched();
    const watched = device.start(urls.ports);
    await watched.owner.syncNow();
    expect(await seen()).toEqual([]);
    expect(await agent.owner.requests()).toMatchObject([
      { inbox: bob.address, from: mallory.address, messages: 1, sender: { claimedName: mallory.name } },
    ]);
    expect(await agent.owner.message({ inbox: bob.address, from: mallory.address, id })).toBeUndefined();
    expect(urls.seen.filter((url) => !url.startsWith(world.server.url))).toEqual([]);
  });

  test('who sends noise is there by the word of the server only', async () => {
    const { forge, agent, mallory } = await scene(false);
    await forge.post({ pointer: GARBAGE });
    await agent.owner.syncNow();
    expect(await agent.owner.requests()).toMatchObject([
      { from: mallory.address, sender: { hearsay: true } },
    ]);
    await forge.post();
    await agent.owner.syncNow();
    const [request] = await agent.owner.requests();
    expect(request?.messages).toBe(2);
    expect(request?.sender.hearsay).toBeUndefined();
  });

  test('who dates a message ahead stands where it arrived', async () => {
    const { forge, agent, mallory, bob } = await scene(false);
    const arrival = Math.floor(world.clock.now() / 1000);
    await forge.post({ claims: { iat: Number.MAX_SAFE_INTEGER } });
    await agent.owner.syncNow();
    const asked = { from: mallory.address, firstSent: arrival, lastSent: arrival };
    expect(await agent.owner.requests()).toMatchObject([asked]);
    const key = { inbox: bob.address, from: mallory.address };
    await agent.owner.block(key);
    await agent.owner.unblock(key);
    expect(await agent.owner.requests()).toMatchObject([asked]);
  });

  test('can be blocked, and comes back unread when unblocked', async () => {
    const { forge, agent, bob, mallory } = await scene(false);
    await forge.post();
    await agent.owner.syncNow();
    const key = { inbox: bob.address, from: mallory.address };
    await agent.owner.block(key);
    await agent.work();
    expect(await agent.owner.overview()).toMatchObject({ badge: 0, requests: 0 });
    expect(await agent.owner.blocked()).toEqual([key]);
    await expect(forge.post()).rejects.toMatchObject({ code: 'recipient-refused' });
    await agent.owner.unblock(key);
    expect(await agent.owner.overview()).toMatchObject({ badge: 1, requests: 1 });
  });

  test('can be dismissed, and asks again with the next message', async () => {
    const { forge, agent, bob, mallory } = await scene(false);
    await forge.post();
    await agent.owner.syncNow();
    await agent.owner.dismiss({ inbox: bob.address, from: mallory.address });
    await agent.work();
    expect(await agent.owner.overview()).toMatchObject({ badge: 0, requests: 0 });
    await forge.post();
    await agent.owner.syncNow();
    expect(await agent.owner.requests()).toMatchObject([{ from: mallory.address, messages: 1 }]);
  });
});

describe('names', () => {
  test('a delivery whose pointer does not open bears no name, whoever the server says it is from', async () => {
    const { forge, agent, mallory, device } = await scene();
    await forge.post();
    await agent.owner.syncNow();
    await agent.work();
    world.pass(1000);
    await forge.post({ pointer: GARBAGE });
    const restarted = device.start();
    await restarted.owner.syncNow();
    const { entries } = await restarted.owner.messages({ limit: 10 });
    expect(entries.map(({ content }) => content.state)).toEqual(['unreadable', 'readable']);
    expect(entries[0]?.sender).toEqual({ address: mallory.address, hearsay: true });
    expect(entries[1]?.sender.name?.name).toBe(mallory.name);
  });

  test('a name that leads elsewhere stays a claim', async () => {
    const { forge, agent, mallory } = await scene(false);
    await registerName(world, name(mallory), { [mallory.app]: (await stranger()).bucket });
    await forge.post();
    await agent.owner.syncNow();
    const [request] = await agent.owner.requests();
    expect(request).toBeDefined();
    if (request !== undefined) await agent.owner.accept(request);
    await agent.work();
    const { entries } = await agent.owner.messages({ limit: 10 });
    expect(entries[0]?.sender).toMatchObject({ claimedName: mallory.name });
    expect(entries[0]?.sender.name).toBeUndefined();
  });

  /** Mallory's name is proven; then a month passes. */
  async function aMonthLater() {
    const set = await scene();
    const sender = async () => {
      const { entries } = await set.agent.owner.messages({ limit: 1 });
      return entries[0]?.sender;
    };
    const write = async (forgery: Forgery = {}) => {
      world.pass(MINUTE);
      await set.forge.post(forgery);
      await set.agent.owner.syncNow();
      await set.agent.work();
    };
    await write();
    const provenAt = (await sender())?.name?.checkedAt;
    expect(provenAt).toBeTypeOf('number');
    world.pass(31 * DAY);
    return { ...set, sender, write, provenAt };
  }

  test('a name that was proven a month ago is proven again', async () => {
    const { write, sender, provenAt, mallory } = await aMonthLater();
    await write();
    expect((await sender())?.name?.name).toBe(mallory.name);
    expect((await sender())?.name?.checkedAt).toBeGreaterThan(provenAt ?? 0);
  });

  test('a name that was sold meanwhile is a claim again', async () => {
    const { write, sender, mallory } = await aMonthLater();
    await registerName(world, name(mallory), { [mallory.app]: (await stranger()).bucket });
    await write();
    expect((await sender())?.name).toBeUndefined();
    expect((await sender())?.claimedName).toBe(mallory.name);
  });

  test('a name that was sold does not last by being claimed no more', async () => {
    const { write, sender, mallory } = await aMonthLater();
    await registerName(world, name(mallory), { [mallory.app]: (await stranger()).bucket });
    const { address, bucket } = mallory;
    await write({ message: { from: { address, bucket } } });
    expect((await sender())?.name).toBeUndefined();
  });

  test('a name is not proven by an older record than was seen', async () => {
    const { forge, agent, device, bob, mallory } = await scene();
    const pin = { address: mallory.address, seq: world.clock.now() + MINUTE, token: 'a newer one' };
    await device.store.write(['pins'], (tx) => tx.put('pins', pin));
    const key = [bob.address, mallory.address] as const;
    await device.store.write(['contacts'], async (tx) => {
      const contact = await tx.get('contacts', key);
      if (contact !== undefined) await tx.put('contacts', { ...contact, bucket: mallory.bucket });
    });
    await forge.post();
    await agent.owner.syncNow();
    await agent.work();
    const contact = await device.store.read(['contacts'], (tx) => tx.get('contacts', key));
    expect(contact).toMatchObject({ claimedName: mallory.name, nameTry: { attempts: 1 } });
    expect(contact?.name).toBeUndefined();
    expect(await device.store.read(['pins'], (tx) => tx.get('pins', mallory.address))).toEqual(pin);
  });

  test('a known name at another address, and one that looks like it, are warned of', async () => {
    const { agent, forge, bob, mallory } = await scene();
    await forge.post();
    await agent.owner.syncNow();
    expect((await agent.owner.messages({ limit: 1 })).entries[0]?.sender.name?.name).toBe(mallory.name);

    const thief = await createPerson(world);
    const theft = createMallory(world, thief, bob);
    await theft.publish();
    await theft.post({ claims: { name: name(mallory) } });
    const twin = await createPerson(world, name(mallory).replace('.id.blockstack', '').replace('l', '1'));
    const copy = createMallory(world, twin, bob);
    await copy.publish();
    await copy.post();
    await agent.owner.syncNow();
    const requests = await agent.owner.requests();
    const warningOf = (person: Person): unknown =>
      requests.find(({ from }) => from === person.address)?.sender.warning;
    expect(warningOf(thief)).toEqual({ kind: 'moved', name: mallory.name });
    expect(warningOf(twin)).toEqual({ kind: 'resembles', name: mallory.name });
  });
});

function name({ name: known }: Person): Name {
  if (known === undefined) throw new Error('a person without a name');
  return known;
}

function stranger(): Promise<Person> {
  return createPerson(world);
}

/** Every URL that an agent asks for. */
function fetched() {
  const seen: string[] = [];
  const fetch: Fetch = (url, init) => {
    seen.push(url);
    return nodeFetch(url, init);
  };
  const transports = [createLetterboxTransport({ fetch, clock: world.clock, openSocket })];
  return { seen, ports: { fetch, transports } };
}
