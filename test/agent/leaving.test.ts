import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSocket } from '../../extension/platform/socket.ts';
import type { Agent } from '../../src/agent/agent.ts';
import type { Origin } from '../../src/protocol/ids.ts';
import type { Fetch } from '../../src/protocol/ports.ts';
import { createLetterboxTransport } from '../../src/transports/letterbox.ts';
import { refused } from '../contracts/transport.ts';
import { callerFor } from '../transports/peer.ts';
import { connect, createDevice } from './device.ts';
import { createMallory } from './mallory.ts';
import { createPerson, nodeFetch, startWorld, type TestServer, type World } from './world.ts';

const DAY = 86_400_000;

let world: World;
let second: TestServer;
beforeAll(async () => {
  world = await startWorld();
  second = await world.startServer();
});
afterAll(() => world.stop());

const at = (url: Origin) => ({ type: 'letterbox', url }) as const;

/** Bob prefers the world's server first and another one second; Alice, whom he knows, wrote to the first once. */
async function scene() {
  const [bob, alice] = [await createPerson(world), await createPerson(world)];
  const device = await createDevice(world);
  const gate = { isDown: false };
  const fetch: Fetch = async (url, init) => {
    if (gate.isDown && url.startsWith(world.server.url)) throw new TypeError('network');
    return nodeFetch(url, init);
  };
  const transports = [createLetterboxTransport({ fetch, clock: world.clock, openSocket })];
  const agent = device.start({ transports });
  await connect(agent, bob);
  await agent.owner.setServers(bob.address, [at(world.server.url), at(second.url)]);
  await agent.work();
  const forge = createMallory(world, alice, bob);
  await forge.publish();
  await agent.owner.accept({ inbox: bob.address, from: alice.address });
  await agent.work();
  await forge.post();
  await agent.owner.syncNow();
  const onlySecond = () => agent.owner.setServers(bob.address, [at(second.url)]);
  const restarted = () => device.start({ transports }).work();
  return { bob, device, agent, forge, gate, onlySecond, restarted };
}

const appIn = async ({ owner }: Agent) => (await owner.overview()).apps[0];
const urlsIn = async (agent: Agent) => (await appIn(agent))?.servers.map(({ entry }) => entry.url);
const messagesIn = async ({ owner }: Agent) => (await owner.messages({ limit: 50 })).entries.length;

describe('a server that is no longer preferred', () => {
  test('is out of the record at once, and mail that comes there still arrives for 30 days', async () => {
    const { bob, device, agent, forge, onlySecond, restarted } = await scene();
    const before = world.clock.now();
    await onlySecond();
    await agent.work();
    const record = await device.store.read(['inboxes'], (tx) => tx.get('inboxes', bob.address));
    expect(record?.servers).toEqual([at(second.url)]);
    expect(record?.publish).toBeUndefined();
    expect(await appIn(agent)).toMatchObject({
      servers: [{ entry: at(second.url), state: 'fine' }],
      leaving: [
        {
          entry: at(world.server.url),
          state: 'fine',
          place: 0,
          until: Math.floor((before + 30 * DAY) / 1000),
        },
      ],
    });
    await forge.post();
    world.pass(60_000);
    await restarted();
    expect(await messagesIn(agent)).toBe(2);
    world.pass(29 * DAY);
    await restarted();
    expect((await appIn(agent))?.leaving).toMatchObject([{ state: 'fine' }]);
  });

  test('is told what was read, and whom the person knows, until it is left', async () => {
    const { bob, agent, onlySecond } = await scene();
    await onlySecond();
    await agent.work();
    const { entries } = await agent.owner.messages({ limit: 50 });
    await agent.owner.markRead(entries, true);
    await agent.work();
    const transport = createLetterboxTransport({ fetch: nodeFetch, clock: world.clock, openSocket });
    expect(await transport.count(at(world.server.url), callerFor(bob))).toEqual({ unread: 0, total: 1 });
  });

  test('is left when the overlap is over, after one last look, by whatever worker is there', async () => {
    const { bob, agent, forge, onlySecond, restarted } = await scene();
    await onlySecond();
    await agent.work();
    world.pass(DAY / 2);
    await forge.post();
    world.pass(29.5 * DAY);
    await restarted();
    expect(await messagesIn(agent)).toBe(2);
    expect((await appIn(agent))?.leaving).toEqual([]);
    const transport = createLetterboxTransport({ fetch: nodeFetch, clock: world.clock, openSocket });
    await refused(transport.list(at(world.server.url), callerFor(bob), undefined), 'not-enrolled');
  });

  test('goes back into the order, and is enrolled at again', async () => {
    const { bob, agent, forge, onlySecond } = await scene();
    await onlySecond();
    await agent.work();
    await agent.owner.setServers(bob.address, [at(world.server.url), at(second.url)]);
    await agent.work();
    expect(await urlsIn(agent)).toEqual([world.server.url, second.url]);
    expect((await appIn(agent))?.leaving).toEqual([]);
    world.pass(31 * DAY);
    await agent.work();
    await forge.publish();
    await forge.post();
    await agent.owner.syncNow();
    expect(await messagesIn(agent)).toBe(2);
  });

  test('is not given more time by the next change', async () => {
    const { bob, agent, onlySecond } = await scene();
    await onlySecond();
    const until = (await appIn(agent))?.leaving[0]?.until;
    world.pass(10 * DAY);
    await agent.owner.setServers(bob.address, []);
    const leaving = (await appIn(agent))?.leaving ?? [];
    expect(leaving.find(({ entry }) => entry.url === world.server.url)?.until).toBe(until);
    expect(leaving.find(({ entry }) => entry.url === second.url)?.until).toBe(
      (until ?? 0) + (10 * DAY) / 1000,
    );
  });

  test('that cannot be left for another 30 days is forgotten', async () => {
    const { agent, gate, onlySecond } = await scene();
    await onlySecond();
    await agent.work();
    gate.isDown = true;
    world.pass(31 * DAY);
    await agent.work();
    expect((await appIn(agent))?.leaving).toMatchObject([{ problem: { code: 'unreachable' } }]);
    world.pass(30 * DAY);
    await agent.work();
    expect((await appIn(agent))?.leaving).toEqual([]);
  });

  test('does not get time when the app is disconnected', async () => {
    const { bob, agent } = await scene();
    await agent.owner.disconnect(bob.address);
    await agent.work();
    const transport = createLetterboxTransport({ fetch: nodeFetch, clock: world.clock, openSocket });
    await refused(transport.list(at(world.server.url), callerFor(bob), undefined), 'not-enrolled');
    await refused(transport.list(at(second.url), callerFor(bob), undefined), 'not-enrolled');
  });
});

test('put back while it is being left, it is enrolled at once more', async () => {
  const { bob, device, agent, onlySecond } = await scene();
  await onlySecond();
  await agent.work();
  world.pass(30 * DAY);
  const both = [at(world.server.url), at(second.url)];
  const real = createLetterboxTransport({ fetch: nodeFetch, clock: world.clock, openSocket });
  let lefts = 0;
  const leave: typeof real.leave = async (...args) => {
    lefts += 1;
    await real.leave(...args);
    world.pass(1000); // an enrolment counts only after it
    await agent.owner.setServers(bob.address, both); // before the agent has heard that it is done
  };
  const slow = device.start({ transports: [{ ...real, leave }] });
  await slow.work();
  await agent.work();
  expect(lefts).toBe(1);
  expect((await appIn(agent))?.leaving).toEqual([]);
  expect(await urlsIn(agent)).toEqual([world.server.url, second.url]);
  const listed = await real.list(at(world.server.url), callerFor(bob), undefined);
  expect(listed.items).toEqual([]);
});
