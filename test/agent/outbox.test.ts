import { decryptContent } from '@stacks/encryption';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSocket } from '../../extension/platform/socket.ts';
import type { Agent } from '../../src/agent/agent.ts';
import { LetterboxError } from '../../src/protocol/errors.ts';
import type { ErrorContexts, ErrorCode } from '../../src/protocol/errors.ts';
import type { ServerEntry } from '../../src/protocol/record.ts';
import type { OutgoingDelivery, Transport } from '../../src/protocol/transport.ts';
import { createLetterboxTransport, type LetterboxEntry } from '../../src/transports/letterbox.ts';
import { connect, createDevice, POWERS, type Device } from './device.ts';
import { createMallory } from './mallory.ts';
import { createPerson, freshLabel, nodeFetch, startWorld, type Person, type World } from './world.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

interface Scene {
  readonly alice: Person;
  readonly bob: Person;
  readonly device: Device;
  readonly her: Agent;
  readonly his: Agent;
  readonly send: (text?: string) => Promise<string>;
  readonly item: () => Promise<unknown>;
}

/** Alice's agent, whose deliveries pass through `deliver`, and Bob's. */
async function scene(
  deliver?: (real: Transport<LetterboxEntry>) => Transport<LetterboxEntry>['deliver'],
  herLabel?: string,
): Promise<Scene> {
  const [alice, bob] = [await createPerson(world, herLabel), await createPerson(world, freshLabel('bob'))];
  const [device, his] = [await createDevice(world), (await createDevice(world)).start()];
  const real = createLetterboxTransport({ fetch: nodeFetch, clock: world.clock, openSocket });
  const her = device.start(
    deliver === undefined ? {} : { transports: [{ ...real, deliver: deliver(real) }] },
  );
  await connect(her, alice);
  await connect(his, bob);
  const send = async (text = 'Hello.') => {
    const { id } = await her.owner.send({ inbox: alice.address, to: bob.name ?? '', text });
    await her.work();
    return id;
  };
  return { alice, bob, device, her, his, send, item: async () => (await her.owner.outbox())[0] };
}

function problem<Code extends ErrorCode>(code: Code, context: ErrorContexts[Code]): never {
  throw new LetterboxError(code, context);
}

describe('what a server says', () => {
  const cases: [string, () => never, object][] = [
    [
      'recipient-refused ends it',
      () => problem('recipient-refused', {}),
      { state: 'failed', reason: { code: 'recipient-refused' } },
    ],
    ['conflict ends it', () => problem('conflict', {}), { state: 'failed', reason: { code: 'conflict' } }],
    [
      'inbox-full is tried again',
      () => problem('inbox-full', { after: 600 }),
      { state: 'stored', reason: { code: 'inbox-full' } },
    ],
    [
      'unavailable is tried again',
      () => problem('unavailable', {}),
      { state: 'stored', reason: { code: 'unavailable' } },
    ],
    [
      'sender-unverified is tried again',
      () => problem('sender-unverified', {}),
      { state: 'stored', reason: { code: 'sender-unverified' } },
    ],
    [
      'no answer is tried again',
      () => problem('unreachable', { url: 'x', problem: 'network' }),
      { state: 'stored', reason: { code: 'unreachable' } },
    ],
  ];

  test.each(cases)('%s', async (_, refuse, expected) => {
    const { send, item, her } = await scene((real) => async (...args) => {
      if (world.clock.now() < until) refuse();
      return real.deliver(...args);
    });
    const until = world.clock.now() + 2 * MINUTE;
    await send();
    expect(await item()).toMatchObject(expected);
    world.pass(10 * MINUTE);
    await her.work();
    const isOver = (expected as { state: string }).state === 'failed';
    expect(await item()).toMatchObject({ state: isOver ? 'failed' : 'accepted' });
  });

  test('where its registry does not know the sender’s name, none is claimed', async () => {
    const claimed: unknown[] = [];
    const { send, item } = await scene(
      (real) => async (server, caller, delivery) => {
        claimed.push(caller.name);
        if (caller.name !== undefined) problem('sender-unverified', {});
        return real.deliver(server, caller, delivery);
      },
      freshLabel('alice'),
    );
    await send();
    expect(await item()).toMatchObject({ state: 'accepted' });
    expect(claimed).toEqual([expect.stringContaining('alice'), undefined]);
  });

  test('Retry-After is waited for, and survives the worker', async () => {
    let tries = 0;
    const { send, device } = await scene(() => () => {
      tries += 1;
      return Promise.reject(new LetterboxError('quota', { after: 600 }));
    });
    await send();
    world.pass(9 * MINUTE);
    const next = device.start();
    await next.work();
    expect(tries).toBe(1);
    expect(await next.owner.outbox()).toMatchObject([{ state: 'stored' }]);
    world.pass(2 * MINUTE);
    await next.work();
    expect(await next.owner.outbox()).toMatchObject([{ state: 'accepted' }]);
  });

  test('a server that never answers is given up after a week', async () => {
    const { send, item, her } = await scene(
      () => () => Promise.reject(new LetterboxError('unavailable', {})),
    );
    await send();
    for (let day = 0; day < 8; day += 1) {
      world.pass(DAY);
      await her.work();
    }
    expect(await item()).toMatchObject({ state: 'failed', reason: { code: 'unavailable' } });
  });
});

test('the same bytes each time, by retry, repost and retrySend', async () => {
  const seen: OutgoingDelivery[] = [];
  let isDown = true;
  const { send, her, bob, his } = await scene((real) => async (server, caller, delivery) => {
    seen.push(delivery);
    if (isDown) throw new LetterboxError('recipient-refused', {});
    return real.deliver(server, caller, delivery);
  });
  const id = await send();
  isDown = false;
  await her.owner.retrySend(id as never);
  await her.work();
  for (const days of [1, 6, 1]) {
    world.pass(days * DAY);
    await her.work();
  }
  await his.owner.syncNow();
  expect(await his.owner.requests()).toMatchObject([{ messages: 1 }]);
  world.pass(30 * DAY);
  await her.work();
  expect(seen).toHaveLength(4); // refused, accepted, after 1 day, after 7
  expect(new Set(seen.map((delivery) => JSON.stringify(delivery))).size).toBe(1);
  expect(bob.address).toBe(seen[0]?.to);
});

test('a draft that is sent again, since the answer was lost, is one message', async () => {
  const { her, alice, bob } = await scene();
  const draft = { request: 'draft 1', inbox: alice.address, to: bob.name ?? '', text: 'Once.' };
  const [first, second] = [await her.owner.send(draft), await her.owner.send(draft)];
  expect(second.id).toBe(first.id);
  expect(await her.owner.outbox()).toHaveLength(1);
});

test('once delivered it is not posted again', async () => {
  let posts = 0;
  const { send, her, his, alice, bob, item } = await scene((real) => (...args) => {
    posts += 1;
    return real.deliver(...args);
  });
  await send();
  await his.owner.syncNow();
  await his.owner.accept({ inbox: bob.address, from: alice.address });
  await his.work();
  await her.owner.syncNow();
  expect(await item()).toMatchObject({ state: 'delivered' });
  world.pass(8 * DAY);
  await her.work();
  expect(posts).toBe(1);
});

test('no receipts where the person turned them off', async () => {
  const { send, her, his, alice, bob, item } = await scene();
  await his.owner.saveSettings({ receipts: false });
  await send();
  await his.owner.syncNow();
  await his.owner.accept({ inbox: bob.address, from: alice.address });
  await his.work();
  await her.owner.syncNow();
  expect(await item()).toMatchObject({ state: 'accepted' });
});

test('a receipt for what was sent to somebody else says nothing', async () => {
  const { send, her, alice, item } = await scene();
  const id = await send();
  const mallory = await createPerson(world);
  const forge = createMallory(world, mallory, alice);
  await forge.publish();
  await her.owner.accept({ inbox: alice.address, from: mallory.address });
  await her.work();
  const type = 'application/vnd.letterbox.receipt+json';
  await forge.post({ message: { type, body: { ids: [id] }, fallback: '' } });
  await her.owner.syncNow();
  expect(await item()).toMatchObject({ state: 'accepted' });
  expect((await her.owner.messages({ limit: 5 })).entries).toEqual([]);
});

describe('several servers', () => {
  async function atTwo() {
    const second = await world.startServer();
    const asked: string[] = [];
    let downUrl = '';
    const set = await scene((real) => async (server, caller, delivery) => {
      asked.push(server.url);
      if (server.url === downUrl)
        throw new LetterboxError('unreachable', { url: server.url, problem: 'network' });
      return real.deliver(server, caller, delivery);
    });
    const servers: ServerEntry[] = [
      { type: 'letterbox', url: second.url },
      { type: 'letterbox', url: world.server.url },
    ];
    await set.his.owner.setServers(set.bob.address, servers);
    await set.his.work();
    return { ...set, second, asked, servers, fail: (url: string) => (downUrl = url) };
  }

  test('the most preferred comes first, the next when it is down', async () => {
    const { asked, second, send, item, fail, his } = await atTwo();
    await send();
    expect(asked).toEqual([second.url]);
    fail(second.url);
    await send();
    expect(asked).toEqual([second.url, second.url, world.server.url]);
    expect(await item()).toMatchObject({ state: 'accepted' });
    await his.owner.syncNow();
    expect(await his.owner.requests()).toMatchObject([{ messages: 2 }]);
  });

  test('one that is left is read once more, then it holds nothing', async () => {
    const { second, send, his, bob, servers } = await atTwo();
    await send();
    await his.owner.setServers(bob.address, servers.slice(1));
    await his.work();
    expect(await his.owner.requests()).toMatchObject([{ messages: 1 }]);
    const [app] = (await his.owner.overview()).apps;
    expect(app?.servers.map(({ entry }) => entry.url)).toEqual([world.server.url]);
    expect(app?.publishedAt).toBeDefined();
    expect(second.url).not.toBe(world.server.url);
  });

  test('none at all: the message says so', async () => {
    const { send, his, bob, item } = await atTwo();
    await his.owner.setServers(bob.address, []);
    await his.work();
    await send();
    expect(await item()).toMatchObject({ state: 'failed', reason: { code: 'recipient-has-no-server' } });
  });
});

describe('the file', () => {
  test('opens with stock stacks.js and nobody else’s key', async () => {
    const { send, alice, bob } = await scene();
    const id = await send('For Bob only.');
    const response = await fetch(`${alice.bucket}letterbox/messages/${id}`);
    const text = await response.text();
    expect(text).not.toContain('For Bob only.');
    const plain = await decryptContent(text, { privateKey: bob.key });
    expect(JSON.parse(String(plain))).toMatchObject({ id, body: 'For Bob only.', app: bob.app });
    await expect(decryptContent(text, { privateKey: alice.key })).rejects.toThrow(/.+/);
  });

  test('leaves the bucket when the person takes the message back', async () => {
    const { send, her, alice, bob, his } = await scene();
    const id = await send();
    await her.owner.cancelSend(id as never);
    await her.work();
    expect(await her.owner.outbox()).toEqual([]);
    expect((await fetch(`${alice.bucket}letterbox/messages/${id}`)).status).toBe(404);
    await his.owner.syncNow();
    await his.owner.accept({ inbox: bob.address, from: alice.address });
    await his.work();
    expect((await his.owner.messages({ limit: 5 })).entries).toMatchObject([
      { content: { state: 'fetching' } },
    ]);
  });

  test('leaves it after 90 days', async () => {
    const { send, her, alice } = await scene();
    const id = await send();
    for (let day = 0; day <= 90; day += 10) {
      world.pass(10 * DAY);
      await her.work();
    }
    expect((await fetch(`${alice.bucket}letterbox/messages/${id}`)).status).toBe(404);
    expect(await her.owner.outbox()).toEqual([]);
  });

  test('that nobody can remove, its hub being gone, is tried now and then, and let go after weeks', async () => {
    const { send, device } = await scene();
    await send();
    world.pass(91 * DAY);
    let asked = 0;
    const her = device.start({
      fetch: async (url, init) => {
        if (!url.endsWith('/hub_info')) return nodeFetch(url, init);
        asked += 1;
        if (asked > 200) return nodeFetch(url, init); // a loop ends here, so that this test does
        return { status: 200, headers: { get: () => null }, body: new Blob(['<html>parked']).stream() };
      },
    });
    await her.work();
    expect(asked).toBeLessThan(10);
    expect(await her.owner.outbox()).toHaveLength(1);
    for (let day = 0; day < 40; day += 1) {
      world.pass(DAY);
      await her.work();
    }
    expect(await her.owner.outbox()).toEqual([]);
    expect(asked).toBeLessThan(120);
  });

  test('is not larger than the recipient takes', async () => {
    const { send, item, his, bob } = await scene();
    const forge = createMallory(world, bob, bob);
    await his.work();
    world.pass(1000);
    await forge.publish({ accept: { maxBytes: 500, unknown: 'request' }, servers: [] });
    await send('x'.repeat(1000));
    expect(await item()).toMatchObject({
      state: 'failed',
      reason: { code: 'too-large', context: { limit: 500 } },
    });
  });

  test('waits in the outbox while the hub is down', async () => {
    const { alice, bob, device } = await scene();
    let isDown = true;
    const her = device.start({
      fetch: (url, init) =>
        isDown && url.includes('/store/') ? Promise.reject(new TypeError('down')) : nodeFetch(url, init),
    });
    await her.owner.send({ inbox: alice.address, to: bob.name ?? '', text: 'x' });
    await her.work();
    expect(await her.owner.outbox()).toMatchObject([{ state: 'queued', reason: { code: 'unreachable' } }]);
    isDown = false;
    world.pass(MINUTE);
    await her.work();
    expect(await her.owner.outbox()).toMatchObject([{ state: 'accepted' }]);
  });
});

test('what is written to an address says so before it is sealed: it is shown beside what it answers', async () => {
  const { alice, bob, device } = await scene();
  const her = device.start({ fetch: () => Promise.reject(new TypeError('no network')) });
  await her.owner.send({ inbox: alice.address, to: bob.address, text: 'x' });
  expect(await her.owner.outbox()).toMatchObject([{ state: 'queued', address: bob.address }]);
});

describe('the key', () => {
  test('that is gone with the browser lets messages wait until the app hands it over', async () => {
    const { alice, bob, device, her } = await scene();
    expect(device.kept()).toEqual([alice.address]);
    device.forgetKeys();
    await her.owner.send({ inbox: alice.address, to: bob.name ?? '', text: 'x' });
    await her.work();
    expect(await her.owner.outbox()).toMatchObject([{ state: 'queued' }]);
    expect((await her.owner.overview()).apps).toMatchObject([{ state: 'waiting' }]);
    const session = alice.session;
    await her.page.connect({ app: alice.app, place: 'tab 1', request: 'again' }, { session });
    await her.work();
    expect(device.kept()).toEqual([alice.address]);
    expect(await her.owner.outbox()).toMatchObject([{ state: 'accepted' }]);
  });

  test('leaves with the app: record without servers, inbox erased, messages kept', async () => {
    const { his, bob, alice, send, her } = await scene();
    await send();
    await his.owner.syncNow();
    await his.owner.accept({ inbox: bob.address, from: alice.address });
    await his.work();
    await his.owner.disconnect(bob.address);
    await his.work();
    expect((await his.owner.overview()).apps).toEqual([]);
    expect((await his.owner.messages({ limit: 5 })).entries).toHaveLength(1);
    const id = await send();
    expect((await her.owner.outbox()).find((item) => item.id === id)).toMatchObject({
      state: 'failed',
      reason: { code: 'recipient-has-no-server' },
    });
    world.pass(1000); // an enrolment has to be younger than the leave
    await connect(his, bob, POWERS);
    expect((await his.owner.overview()).apps).toMatchObject([{ servers: [{ state: 'fine' }] }]);
  });
});

describe('the record', () => {
  test('is renewed after 30 days, and the servers hear of it', async () => {
    const { his, bob, send, item } = await scene();
    const before = (await his.owner.overview()).apps[0]?.publishedAt ?? 0;
    world.pass(31 * DAY);
    await his.work();
    const [app] = (await his.owner.overview()).apps;
    expect(app?.publishedAt).toBeGreaterThan(before);
    expect(app?.servers).toMatchObject([{ state: 'fine' }]);
    await send();
    expect(await item()).toMatchObject({ state: 'accepted' });
    expect(bob.address).toBe(app?.inbox);
  });

  test('that an old copy of is served does not roll back what was seen', async () => {
    const { send, alice, bob, device, his } = await scene();
    await send();
    const url = `${bob.bucket}.well-known/letterbox.json`;
    const old = new Uint8Array(await (await fetch(url)).arrayBuffer());
    world.pass(1000);
    await his.owner.setServers(bob.address, []);
    await his.work();
    const her = device.start();
    await her.owner.send({ inbox: alice.address, to: bob.name ?? '', text: 'x' });
    await her.work();
    const stale = device.start({
      fetch: async (asked, init) => {
        const response = await nodeFetch(asked, init);
        if (asked !== url) return response;
        await response.body?.getReader().cancel();
        return { status: 200, headers: { get: () => null }, body: new Blob([old]).stream() };
      },
    });
    await stale.owner.send({ inbox: alice.address, to: bob.name ?? '', text: 'y' });
    await stale.work();
    const items = await stale.owner.outbox();
    expect(items.find(({ text }) => text === 'y')).toMatchObject({
      state: 'queued',
      reason: { code: 'record-rollback' },
    });
  });
});
