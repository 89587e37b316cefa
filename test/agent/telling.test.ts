import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Fetch } from '../../src/protocol/ports.ts';
import { connect, createDevice } from './device.ts';
import { createPerson, freshLabel, nodeFetch, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** Any other answer is there long before the registry's. */
const slowRegistry: Fetch = async (url, init) => {
  if (url.startsWith(world.registry.origin)) await sleep(200);
  return nodeFetch(url, init);
};

test('a page hears of the first message of someone just accepted with their proven name, however slow the registry', async () => {
  const alice = await createPerson(world, freshLabel('alice'));
  const bob = await createPerson(world);
  const [aliceDevice, bobDevice] = await Promise.all([createDevice(world), createDevice(world)]);
  const [her, his] = [aliceDevice.start(), bobDevice.start({ fetch: slowRegistry })];
  await Promise.all([connect(her, alice), connect(his, bob)]);
  const to = { address: bob.address, bucket: bob.bucket };
  await her.owner.send({ inbox: alice.address, to, text: 'Dinner on Friday?' });
  await her.work();
  await his.owner.syncNow();
  await his.owner.accept({ inbox: bob.address, from: alice.address });
  await his.work();
  expect(bobDevice.told.filter(({ event }) => event === 'message')).toMatchObject([
    { detail: { body: 'Dinner on Friday?', from: { address: alice.address, name: alice.name } } },
  ]);
});
