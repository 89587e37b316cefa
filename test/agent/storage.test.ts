import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Agent } from '../../src/agent/agent.ts';
import type { Fetch } from '../../src/protocol/ports.ts';
import { connect, createDevice } from './device.ts';
import { createPerson, nodeFetch, startWorld, type World } from './world.ts';

const DAY = 86_400_000;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** Bob and Alice, both connected; Bob's way to the hub can be cut, reading from it aside. */
async function scene() {
  const [bob, alice] = [await createPerson(world), await createPerson(world)];
  await connect((await createDevice(world)).start(), alice);
  const hub = { answers: true };
  const fetch: Fetch = async (url, init) => {
    const isWrite = url.startsWith(`${world.hub.origin}/`) && !url.startsWith(world.hub.readPrefix);
    if (isWrite && !hub.answers) throw new TypeError('network');
    return nodeFetch(url, init);
  };
  const device = await createDevice(world);
  const agent = device.start({ fetch });
  await connect(agent, bob);
  const write = async (by: Agent = agent) => {
    const to = { address: alice.address, bucket: alice.bucket };
    await by.owner.send({ inbox: bob.address, to, text: 'Hello.' });
    await by.work();
  };
  return { agent, hub, device, fetch, write };
}

const appIn = async ({ owner }: Agent) => (await owner.overview()).apps[0];
const statesIn = async ({ owner }: Agent) => (await owner.outbox()).map(({ state }) => state);

test('storage that does not answer is told of, since when, and ends with the first write that goes well', async () => {
  const { agent, hub, device, fetch, write } = await scene();
  expect(await appIn(agent)).not.toHaveProperty('storageTrouble');
  hub.answers = false;
  const since = Math.floor(world.clock.now() / 1000);
  await write();
  world.pass(DAY / 2);
  const next = device.start({ fetch });
  await next.work();
  expect(await appIn(next)).toMatchObject({ storageTrouble: { since, problem: { code: 'unreachable' } } });
  expect(await statesIn(next)).toEqual(['queued']);
  hub.answers = true;
  await next.owner.syncNow();
  expect(await statesIn(next)).toEqual(['accepted']);
  expect(await appIn(next)).not.toHaveProperty('storageTrouble');
});

test('the record that could not be renewed there is told of likewise', async () => {
  const { agent, hub } = await scene();
  world.pass(31 * DAY);
  hub.answers = false;
  await agent.work();
  expect(await appIn(agent)).toMatchObject({ storageTrouble: { problem: { code: 'unreachable' } } });
  hub.answers = true;
  await agent.owner.syncNow();
  expect(await appIn(agent)).not.toHaveProperty('storageTrouble');
});
