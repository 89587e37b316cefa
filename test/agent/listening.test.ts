import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSocket } from '../../extension/platform/socket.ts';
import type { Agent } from '../../src/agent/agent.ts';
import { parseOrigin } from '../../src/protocol/ids.ts';
import { createLetterboxTransport } from '../../src/transports/letterbox.ts';
import type { Socket } from '../../src/transports/socket.ts';
import { connect, createDevice, type Device } from './device.ts';
import { createMallory } from './mallory.ts';
import { createPerson, nodeFetch, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** An agent whose sockets can be watched and cut. */
function watched(device: Device) {
  const sockets: { socket: Socket; cut: () => void; say: (event: object) => void }[] = [];
  let changes = 0;
  let polls = 0;
  const transports = [
    createLetterboxTransport({
      fetch(url, init) {
        if (url.includes('/messages')) polls += 1;
        return nodeFetch(url, init);
      },
      clock: world.clock,
      openSocket(url, events) {
        const socket = openSocket(url, events);
        sockets.push({
          socket,
          cut() {
            socket.close();
            events.closed(new Error('cut'));
          },
          say: (event) => events.message(JSON.stringify(event)),
        });
        return socket;
      },
    }),
  ];
  const notifier = { ...device.ports.notifier, changed: () => void (changes += 1) };
  return {
    agent: device.start({ transports, notifier }),
    sockets,
    changes: () => changes,
    polls: () => polls,
  };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) {
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}

const badgeOf = async ({ owner }: Agent): Promise<number> => (await owner.overview()).badge;

test('who listens before anything is connected hears of mail after it, and again after the socket was lost', async () => {
  const [bob, mallory] = [await createPerson(world), await createPerson(world)];
  const device = await createDevice(world);
  const { agent, sockets, changes } = watched(device);
  await agent.listen();
  expect(sockets).toHaveLength(0);
  await connect(agent, bob);
  await until(async () => sockets.length === 1);

  const forge = createMallory(world, mallory, bob);
  await forge.publish();
  await forge.post();
  await until(async () => (await badgeOf(agent)) === 1);
  expect(await agent.owner.requests()).toHaveLength(1);

  sockets[0]?.cut();
  world.pass(60_000);
  await agent.work();
  expect(sockets).toHaveLength(2);
  await agent.owner.accept({ inbox: bob.address, from: mallory.address });
  await until(async () => (await badgeOf(agent)) === 1 && (await agent.owner.requests()).length === 0);
  await forge.post();
  await until(async () => (await badgeOf(agent)) === 2);

  await agent.work();
  agent.unlisten();
  await agent.work();
  expect(sockets).toHaveLength(2);
  const before = changes();
  await agent.work();
  expect(changes()).toBeGreaterThan(before); // the end of a run is news: it is no longer busy
  expect((await agent.owner.overview()).sync.state).toBe('fine');
  expect(device.reported).toEqual([]);
});

test('mail that comes in the last moment of a visit is fetched without waiting for the next round', async () => {
  const [bob, mallory] = [await createPerson(world), await createPerson(world)];
  const device = await createDevice(world);
  const forge = createMallory(world, mallory, bob);
  await forge.publish();
  const real = createLetterboxTransport({ fetch: nodeFetch, clock: world.clock, openSocket });
  let isComing = false;
  const list: typeof real.list = async (...args) => {
    const page = await real.list(...args);
    if (!isComing) return page;
    isComing = false;
    await forge.post(); // after the list was made, before the visit is over
    void agent.hint(bob.address);
    await until(async () => (await linkOf(device))?.retry.nextTry === 0);
    return page;
  };
  const agent = device.start({ transports: [{ ...real, list }] });
  await connect(agent, bob);
  isComing = true;
  await agent.owner.syncNow();
  expect(await badgeOf(agent)).toBe(1);
});

test('a server that says yes and closes is not asked again and again, and wakes nobody else', async () => {
  const bob = await createPerson(world);
  const device = await createDevice(world);
  await connect(device.start(), bob);
  let opened = 0;
  const asked: string[] = [];
  const real = createLetterboxTransport({
    fetch: nodeFetch,
    clock: world.clock,
    openSocket(_, events) {
      opened += 1;
      setImmediate(() => {
        if (opened > 50) return; // a loop ends here, so that this test does
        events.opened();
        events.message(JSON.stringify({ type: 'subscribed', address: bob.address }));
        events.closed(new Error('bye'));
      });
      return { send: () => undefined, close: () => undefined };
    },
  });
  const list: typeof real.list = (entry, ...args) => {
    asked.push(entry.url);
    return real.list(entry, ...args);
  };
  const agent = device.start({ transports: [{ ...real, list }] });
  const down = parseOrigin('http://127.0.0.1:1');
  await agent.owner.setServers(bob.address, [
    { type: 'letterbox', url: world.server.url },
    { type: 'letterbox', url: down },
  ]);
  await agent.work();
  const distance = async () =>
    (await device.store.read(['links'], (tx) => tx.list('links'))).find(({ entry }) => entry.url === down)
      ?.retry;
  const before = await distance();
  expect(before?.attempts).toBeGreaterThan(0);
  asked.length = 0;
  await agent.listen();
  await until(async () => asked.length > 0); // what it hinted at
  await agent.work();
  await agent.work();
  expect(opened).toBe(1);
  expect(await distance()).toEqual(before);
  for (let minute = 0; minute < 60; minute += 1) {
    world.pass(60_000);
    await agent.work();
  }
  expect(opened).toBeGreaterThan(2);
  expect(opened).toBeLessThan(15);
  agent.unlisten();
  expect(device.reported).toEqual([]);
});

async function linkOf({ store }: Device) {
  const links = await store.read(['links'], (tx) => tx.list('links'));
  return links[0];
}

test('a server that says what comes is asked every ten minutes, and again each minute once it does not', async () => {
  const bob = await createPerson(world);
  const { agent, polls, sockets } = watched(await createDevice(world));
  await agent.listen();
  await connect(agent, bob);
  const server = async () => (await agent.owner.overview()).apps[0]?.servers[0];
  await until(async () => (await server())?.live === true);
  await agent.work();

  const pollsWithin = async (minutes: number): Promise<number> => {
    const before = polls();
    for (let minute = 0; minute < minutes; minute += 1) {
      world.pass(60_000);
      await agent.work();
    }
    return polls() - before;
  };
  expect(await pollsWithin(9)).toBe(0);
  expect(await pollsWithin(2)).toBe(1);
  expect((await server())?.nextSync).toBeGreaterThan(world.clock.now() / 1000 + 480);
  const problem = { type: 'urn:letterbox:problem:quota', title: '', status: 429, retry: 'never' };
  sockets[0]?.say({ type: 'refused', address: bob.address, problem });
  expect((await server())?.live).toBe(false);
  expect(await pollsWithin(3)).toBe(3);
  agent.unlisten();
  expect(await pollsWithin(3)).toBe(3);
});
