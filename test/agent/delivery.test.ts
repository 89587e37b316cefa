import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSocket } from '../../extension/platform/socket.ts';
import { readRecord } from '../../src/gaia/records.ts';
import type { Agent } from '../../src/agent/agent.ts';
import type { Fetch } from '../../src/protocol/ports.ts';
import { createLetterboxTransport } from '../../src/transports/letterbox.ts';
import { refused } from '../contracts/transport.ts';
import { callerFor } from '../transports/peer.ts';
import { connect, createDevice } from './device.ts';
import { createMallory } from './mallory.ts';
import { createPerson, LOOPBACK, nodeFetch, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** Bob, connected, and somebody whom he knows. */
async function scene() {
  const [bob, alice] = [await createPerson(world), await createPerson(world)];
  const device = await createDevice(world);
  const hub = { isDown: false };
  const fetch: Fetch = async (url, init) => {
    if (hub.isDown && url.startsWith(world.hub.origin)) throw new TypeError('network');
    return nodeFetch(url, init);
  };
  const agent = device.start({ fetch });
  await connect(agent, bob);
  const forge = createMallory(world, alice, bob);
  await forge.publish();
  await agent.owner.accept({ inbox: bob.address, from: alice.address });
  await agent.work();
  const published = async () =>
    (await readRecord(bob.bucket, { ...LOOPBACK, fetch: nodeFetch, clock: world.clock })).record.servers;
  const transport = createLetterboxTransport({ fetch: nodeFetch, clock: world.clock, openSocket });
  const list = () => transport.list({ type: 'letterbox', url: world.server.url }, callerFor(bob), undefined);
  return { bob, agent, device, forge, hub, published, list };
}

const appIn = async ({ owner }: Agent) => (await owner.overview()).apps[0];
const messagesIn = async ({ owner }: Agent) => (await owner.messages({ limit: 50 })).entries.length;

describe('delivery that is stopped', () => {
  test('is published as no servers; what waits is fetched first, and the server keeps nothing', async () => {
    const { bob, agent, forge, published, list } = await scene();
    await forge.post();
    await agent.owner.stopDelivery(bob.address);
    await agent.work();
    expect(await published()).toEqual([]);
    expect(await messagesIn(agent)).toBe(1);
    expect(await appIn(agent)).toMatchObject({ isStopped: true, servers: [], leaving: [] });
    await refused(list(), 'not-enrolled');
    await refused(forge.post(), 'recipient-refused');
  });

  test('stays so when it is stopped once more, by another worker, and comes back with its servers', async () => {
    const { bob, agent, device, forge, published } = await scene();
    await agent.owner.stopDelivery(bob.address);
    await agent.work();
    const later = device.start();
    await later.owner.stopDelivery(bob.address);
    await later.work();
    world.pass(60_000);
    await later.owner.deliverAgain(bob.address);
    await later.work();
    expect(await published()).toEqual([{ type: 'letterbox', url: world.server.url }]);
    expect(await appIn(later)).toMatchObject({ isStopped: false, servers: [{ state: 'fine' }] });
    await forge.post();
    await later.owner.syncNow();
    expect(await messagesIn(later)).toBe(1);
    await later.owner.deliverAgain(bob.address); // nothing to take back
    expect((await appIn(later))?.servers).toHaveLength(1);
  });

  test('is not said to be published while the storage is out of reach, and no server is left before', async () => {
    const { bob, agent, hub, published, list } = await scene();
    hub.isDown = true;
    await agent.owner.stopDelivery(bob.address);
    await agent.work();
    expect(await appIn(agent)).toMatchObject({ isStopped: true, problem: { code: 'unreachable' } });
    expect(await appIn(agent)).not.toHaveProperty('publishedAt');
    expect((await list()).items).toEqual([]);
    hub.isDown = false;
    await agent.owner.syncNow();
    expect(await published()).toEqual([]);
    await refused(list(), 'not-enrolled');
  });

  test('ends when the person chooses servers anew', async () => {
    const { bob, agent } = await scene();
    await agent.owner.stopDelivery(bob.address);
    await agent.work();
    world.pass(60_000);
    await agent.owner.setServers(bob.address, [{ type: 'letterbox', url: world.server.url }]);
    await agent.work();
    expect(await appIn(agent)).toMatchObject({ isStopped: false, servers: [{ state: 'fine' }] });
  });
});
