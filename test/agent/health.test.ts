import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSocket } from '../../extension/platform/socket.ts';
import type { Agent } from '../../src/agent/agent.ts';
import type { Fetch } from '../../src/protocol/ports.ts';
import { createLetterboxTransport } from '../../src/transports/letterbox.ts';
import { connect, createDevice } from './device.ts';
import { createPerson, nodeFetch, startWorld, type TestServer, type World } from './world.ts';

let world: World;
let second: TestServer;
beforeAll(async () => {
  world = await startWorld();
  second = await world.startServer();
});
afterAll(() => world.stop());

/** Bob at two servers; requests and sockets can be watched and cut. */
async function scene() {
  const bob = await createPerson(world);
  const device = await createDevice(world);
  const asked: string[] = [];
  const down = new Set<string>();
  const cuts: (() => void)[] = [];
  const fetch: Fetch = async (url, init) => {
    const { origin } = new URL(url);
    asked.push(origin);
    if (down.has(origin)) throw new TypeError('network');
    return nodeFetch(url, init);
  };
  const transport = createLetterboxTransport({
    fetch,
    clock: world.clock,
    openSocket(url, events) {
      const socket = openSocket(url, events);
      cuts.push(() => {
        socket.close();
        events.closed(new Error('cut'));
      });
      return socket;
    },
  });
  const agent = device.start({ transports: [transport] });
  await connect(agent, bob);
  const entries = [world.server.url, second.url].map((url) => ({ type: 'letterbox', url }) as const);
  await agent.owner.setServers(bob.address, entries);
  await agent.work();
  asked.length = 0;
  return { bob, agent, asked, down, cuts };
}

async function healthIn({ owner }: Agent) {
  return (await owner.overview()).apps[0]?.servers ?? [];
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

test('each server says when it was last asked, and when it is asked next', async () => {
  const { agent } = await scene();
  const now = Math.floor(world.clock.now() / 1000);
  for (const health of await healthIn(agent)) {
    expect(health).toMatchObject({ state: 'fine', live: false, lastSync: now, nextSync: now + 50 });
    expect(health).not.toHaveProperty('lastProblem');
  }
});

test('one server is asked now, and the others are left alone', async () => {
  const { bob, agent, asked, down } = await scene();
  down.add(second.url);
  const server = { type: 'letterbox', url: second.url } as const;
  await agent.owner.syncServer({ inbox: bob.address, server });
  expect(new Set(asked)).toEqual(new Set([second.url]));
  const [first, other] = await healthIn(agent);
  expect(first).not.toHaveProperty('problem');
  expect(other).toMatchObject({ state: 'late', problem: { code: 'unreachable' } });
  down.clear();
  await agent.owner.syncServer({ inbox: bob.address, server }); // though it keeps its distance by itself
  expect((await healthIn(agent))[1]).toMatchObject({ state: 'fine' });
});

test('what went wrong last stays there after it is over', async () => {
  const { agent, down } = await scene();
  down.add(second.url);
  world.pass(60_000);
  await agent.work();
  const at = Math.floor(world.clock.now() / 1000);
  down.clear();
  world.pass(60_000);
  await agent.work();
  const [, health] = await healthIn(agent);
  expect(health).toMatchObject({ state: 'fine', lastProblem: { at, problem: { code: 'unreachable' } } });
  expect(health).not.toHaveProperty('problem');
});

test('a server is live from when it has taken the subscription until its socket is lost', async () => {
  const { agent, cuts } = await scene();
  await agent.listen();
  await until(async () => (await healthIn(agent)).every(({ live }) => live));
  cuts[0]?.();
  expect((await healthIn(agent)).filter(({ live }) => live)).toHaveLength(1);
  agent.unlisten();
  expect((await healthIn(agent)).some(({ live }) => live)).toBe(false);
});
