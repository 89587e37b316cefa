import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { connect, createDevice } from './device.ts';
import { createPerson, freshLabel, registerName, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

async function people(at = world) {
  const [alice, bob] = await Promise.all([
    createPerson(at, `${freshLabel('alice')}.btc`),
    createPerson(at, `${freshLabel('bob')}.btc`),
  ]);
  const [her, his] = [(await createDevice(at)).start(), (await createDevice(at)).start()];
  await Promise.all([connect(her, alice), connect(his, bob)]);
  return { alice, bob, her, his };
}

test.each([
  ['looks such names up', true],
  ['cannot look it up', false],
])('a .btc name is written to, and proven of who writes, where the server %s', async (_, knowsBtc) => {
  const own = await startWorld({ knowsBtc });
  onTestFinished(() => own.stop());
  const { alice, bob, her, his } = await people(own);
  expect((await her.owner.overview()).apps).toMatchObject([{ name: { name: alice.name } }]);
  await her.owner.send({ inbox: alice.address, to: bob.name ?? '', text: 'Dinner on Friday?' });
  await her.work();
  expect(await her.owner.outbox()).toMatchObject([{ state: 'accepted', address: bob.address }]);
  await his.owner.syncNow();
  await his.owner.accept({ inbox: bob.address, from: alice.address });
  await his.work();
  expect((await his.owner.messages({ limit: 10 })).entries).toMatchObject([
    { sender: { name: { name: alice.name } }, content: { state: 'readable', text: 'Dinner on Friday?' } },
  ]);
});

test('a .btc name without a registry for such names is a claim, and nobody is written to by it', async () => {
  const { alice, bob, her } = await people();
  await her.owner.saveSettings({ registries: { bns: [world.registry.origin], bnsv2: [] } });
  await her.owner.send({ inbox: alice.address, to: bob.name ?? '', text: 'Hello?' });
  await her.work();
  expect(await her.owner.outbox()).toMatchObject([{ state: 'failed', reason: { code: 'name-unproven' } }]);
});

test('a .btc name that was sold leads to somebody else: its owner of before is told', async () => {
  const { alice, her } = await people();
  const buyer = await createPerson(world);
  if (alice.name === undefined) throw new Error('she has no name');
  await registerName(world, alice.name, { [buyer.app]: buyer.bucket });
  world.pass(31 * 86_400_000); // her record is due
  await her.work();
  expect((await her.owner.overview()).apps).toMatchObject([
    { nameLost: { name: alice.name, leadsTo: buyer.address } },
  ]);
});
