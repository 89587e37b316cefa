import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSocket } from '../../extension/platform/socket.ts';
import { LetterboxError } from '../../src/protocol/errors.ts';
import { newId } from '../../src/protocol/ids.ts';
import { parseCursor, type Delivery, type DeliveryPage } from '../../src/protocol/server-api.ts';
import type { Transport } from '../../src/protocol/transport.ts';
import { createLetterboxTransport, type LetterboxEntry } from '../../src/transports/letterbox.ts';
import { connect, createDevice } from './device.ts';
import { createMallory, GARBAGE } from './mallory.ts';
import { callerFor } from '../transports/peer.ts';
import { createPerson, nodeFetch, random, startWorld, type World } from './world.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

type List = Transport<LetterboxEntry>['list'];

/** Bob at a server whose lists are what the test makes of them. */
async function scene(list: (real: List) => List) {
  const bob = await createPerson(world);
  const alice = await createPerson(world);
  const device = await createDevice(world);
  const real = createLetterboxTransport({ fetch: nodeFetch, clock: world.clock, openSocket });
  const agent = device.start({ transports: [{ ...real, list: list(real.list.bind(real)) }] });
  await connect(agent, bob);
  const forge = createMallory(world, alice, bob);
  await forge.publish();
  await agent.owner.accept({ inbox: bob.address, from: alice.address });
  await agent.work();
  const server = async () => (await agent.owner.overview()).apps[0]?.servers[0];
  const states = async () =>
    (await agent.owner.messages({ limit: 50 })).entries.map(({ content }) => content.state);
  return { bob, alice, device, agent, forge, server, states };
}

function page(change: Partial<DeliveryPage>): DeliveryPage {
  return { items: [], cursor: parseCursor('somewhere'), more: false, unread: 0, total: 0, ...change };
}

describe('a server', () => {
  test('that goes on without end is given up, and shown as failed', async () => {
    let pages = 0;
    const { server, device } = await scene(() => async () => {
      pages += 1;
      return page({ more: true });
    });
    expect(await server()).toMatchObject({ state: 'failed', problem: { code: 'server-incompatible' } });
    expect(pages).toBeLessThan(10);
    expect(device.reported).toEqual([]);
  });

  test('whose list does not end does not keep the outbox waiting', async () => {
    let isEndless = false;
    let pages = 0;
    const { alice, bob, agent, server, device } = await scene((real) => async (...args) => {
      if (!isEndless) return real(...args);
      pages += 1;
      const from = { address: alice.address, bucket: alice.bucket };
      const times = { receivedAt: 1, expires: 4e9, read: false };
      const items = [{ id: newId(random), from, pointer: GARBAGE, ...times }];
      if (pages === 20) {
        await device.start().owner.send({ inbox: bob.address, to: alice.address, text: 'Hello.' });
      }
      if (pages === 60) states = (await agent.owner.outbox()).map(({ state }) => state);
      return page({ items, more: true, cursor: parseCursor(`page${String(pages)}`) });
    });
    let states: string[] = [];
    isEndless = true;
    world.pass(60_000);
    await agent.work();
    expect(states).not.toEqual(['queued']);
    expect(states).toHaveLength(1);
    expect(await server()).toMatchObject({ problem: { code: 'server-incompatible' } });
    const before = pages;
    for (let minute = 0; minute < 30; minute += 1) {
      world.pass(60_000);
      await agent.work();
    }
    expect(pages - before).toBeLessThan(20);
  });

  test('that forgot its cursors is read from the start, and nothing is there twice', async () => {
    let isRestored = false;
    const { forge, agent, states, server } = await scene((real) => async (entry, caller, after) => {
      if (isRestored && after !== undefined) throw new LetterboxError('cursor-expired', {});
      return real(entry, caller, after);
    });
    await forge.post();
    await agent.owner.syncNow();
    isRestored = true;
    await forge.post();
    await agent.owner.syncNow();
    expect(await states()).toEqual(['readable', 'readable']);
    expect(await server()).toMatchObject({ state: 'fine' });
  });

  test('that has no beginning either is late, then failed, and asked less and less', async () => {
    let asked = 0;
    let isBroken = false;
    const { agent, server } = await scene((real) => async (entry, caller, after) => {
      if (!isBroken) return real(entry, caller, after);
      asked += 1;
      throw new LetterboxError('unavailable', {});
    });
    isBroken = true;
    await agent.owner.syncNow();
    expect(await server()).toMatchObject({ state: 'late', problem: { code: 'unavailable' } });
    for (let minute = 0; minute < 60; minute += 1) {
      world.pass(60_000);
      await agent.work();
    }
    expect(asked).toBeLessThan(20);
    expect(await server()).toMatchObject({ state: 'failed' });
    isBroken = false;
    world.pass(3_600_000);
    await agent.work();
    expect(await server()).toMatchObject({ state: 'fine' });
  });

  test('that lies about the sender makes an unreadable entry', async () => {
    const carol = await createPerson(world);
    const from = { address: carol.address, bucket: carol.bucket };
    let isLying = false;
    const { forge, agent, bob } = await scene((real) => async (entry, caller, after) => {
      const listed = await real(entry, caller, after);
      return isLying
        ? { ...listed, items: listed.items.map((item) => Object.assign(item, { from })) }
        : listed;
    });
    isLying = true;
    await agent.owner.accept({ inbox: bob.address, from: carol.address });
    await forge.post();
    await agent.owner.syncNow();
    const { entries } = await agent.owner.messages({ limit: 5 });
    expect(entries).toMatchObject([
      { from: carol.address, content: { state: 'unreadable', reason: { code: 'pointer-sender' } } },
    ]);
  });

  test('that makes deliveries up makes unreadable entries, once each', async () => {
    let made: Delivery[] = [];
    const { alice, agent, states } = await scene(() => async () => page({ items: made }));
    const now = Math.floor(world.clock.now() / 1000);
    const from = { address: alice.address, bucket: alice.bucket };
    made = [1, 2].map(() => ({
      id: newId(random),
      from,
      pointer: GARBAGE,
      receivedAt: now + 10_000_000,
      expires: now + 100,
      read: false,
    }));
    await agent.owner.syncNow();
    await agent.owner.syncNow();
    expect(await states()).toEqual(['unreadable', 'unreadable']);
    const { entries } = await agent.owner.messages({ limit: 5 });
    expect(entries.map(({ receivedAt }) => receivedAt <= now)).toEqual([true, true]);
  });

  test.for([
    ['on the daily walk', DAY, 'work'],
    ['as soon as the person looks', 0, 'syncNow'],
  ] as const)('that dropped a delivery from its new ones is found out %s', async ([, wait, look]) => {
    let isHiding = true;
    const { forge, agent, states } = await scene((real) => async (entry, caller, after) => {
      const listed = await real(entry, caller, after);
      return isHiding ? { ...listed, items: [] } : listed;
    });
    await forge.post();
    for (const hides of [true, false]) {
      isHiding = hides;
      world.pass(MINUTE);
      await agent.work();
    }
    expect(await states()).toEqual([]);
    world.pass(wait);
    await (look === 'work' ? agent.work() : agent.owner.syncNow());
    expect(await states()).toEqual(['readable']);
  });
});

describe('the policy', () => {
  const entry = () => ({ type: 'letterbox', url: world.server.url }) as const;
  const real = () => createLetterboxTransport({ fetch: nodeFetch, clock: world.clock, openSocket });

  test('that a server refuses for good stands in nobody’s way: mail comes, and the problem shows', async () => {
    const { bob, alice, agent, forge, server, states } = await scene((list) => list);
    const seq = world.clock.now() + 365 * DAY;
    await real().setPolicy(entry(), callerFor(bob), { seq, allowed: [alice.address], blocked: [] });
    const other = await createPerson(world);
    await agent.owner.block({ inbox: bob.address, from: other.address });
    await agent.owner.syncNow();
    await forge.post();
    await agent.owner.syncNow();
    expect(await states()).toEqual(['readable']);
    expect(await server()).toMatchObject({ state: 'late', problem: { code: 'seq' } });
  });

  test('is told again to a server that forgot us', async () => {
    const { bob, device } = await scene((list) => list);
    await real().leave(entry(), callerFor(bob));
    let told = 0;
    const setPolicy: Transport<LetterboxEntry>['setPolicy'] = (...args) => {
      told += 1;
      return real().setPolicy(...args);
    };
    const agent = device.start({ transports: [{ ...real(), setPolicy }] });
    for (let minute = 0; minute < 3; minute += 1) {
      world.pass(60_000);
      await agent.owner.syncNow();
    }
    expect(told).toBe(1);
  });

  test('a server of a kind that we cannot reach does not keep an app from leaving', async () => {
    const { bob, agent, device } = await scene((list) => list);
    await agent.owner.setServers(bob.address, [entry(), { type: 'gaia', url: 'https://gaia.example.org' }]);
    await agent.work();
    await agent.owner.disconnect(bob.address);
    await agent.work();
    expect(await device.store.read(['inboxes'], (tx) => tx.get('inboxes', bob.address))).toMatchObject({
      state: 'closed',
    });
  });
});

describe('two devices', () => {
  test('both see each message, and what is read on one is read on the other', async () => {
    const { bob, alice, forge, agent } = await scene((real) => real);
    const other = (await createDevice(world)).start();
    await connect(other, bob);
    await other.owner.accept({ inbox: bob.address, from: alice.address });
    const { id } = await forge.post();
    await agent.owner.syncNow();
    await other.owner.syncNow();
    expect(await agent.owner.overview()).toMatchObject({ unread: 1 });
    expect(await other.owner.overview()).toMatchObject({ unread: 1 });
    await agent.owner.markRead([{ inbox: bob.address, from: alice.address, id }], true);
    await agent.work();
    world.pass(DAY);
    await other.owner.syncNow();
    expect(await other.owner.overview()).toMatchObject({ unread: 0 });
  });

  test('the second one keeps the servers of the record, and its policy goes above the first one’s', async () => {
    const { bob, alice, agent, server } = await scene((real) => real);
    const second = await createDevice(world);
    const other = second.start();
    await other.owner.saveSettings({ defaultServer: '' });
    await connect(other, bob);
    const health = (await other.owner.overview()).apps[0]?.servers;
    expect(health).toMatchObject([{ state: 'fine', entry: { url: world.server.url } }]);
    await other.owner.block({ inbox: bob.address, from: alice.address });
    await other.work();
    world.pass(60_000);
    await other.work();
    await agent.owner.accept({ inbox: bob.address, from: alice.address });
    for (let round = 0; round < 3; round += 1) {
      await agent.work();
      world.pass(60_000);
    }
    expect(await server()).toMatchObject({ state: 'fine' });
  });
});
