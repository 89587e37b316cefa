import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Name } from '../../src/protocol/ids.ts';
import { refused } from '../contracts/transport.ts';
import { connect, createDevice } from './device.ts';
import { createMallory } from './mallory.ts';
import { createPerson, freshLabel, registerName, startWorld, type Person, type World } from './world.ts';

const DAY = 86_400_000;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** Bob knows Alice by her name, which leads to somebody else meanwhile; he writes to it. */
async function scene() {
  const [bob, alice] = [await createPerson(world), await createPerson(world, freshLabel('alice'))];
  const name = alice.name as Name;
  const agent = (await createDevice(world)).start();
  await connect(agent, bob);
  const forge = createMallory(world, alice, bob);
  await forge.publish();
  await forge.post({ claims: { name } });
  await agent.owner.syncNow();
  await agent.owner.accept({ inbox: bob.address, from: alice.address });
  await agent.work();
  const successor = await moveTo(name, bob);
  await agent.owner.send({ inbox: bob.address, to: name, text: 'Secret.' });
  await agent.work();
  const item = async () => (await agent.owner.outbox())[0];
  const id = (await item())?.id;
  if (id === undefined) throw new Error('it was not queued');
  return { agent, bob, alice, name, forge, successor, item, id };
}

/** Somebody with the name and a server, who takes mail. */
async function moveTo(name: Name, bob: Person): Promise<Person> {
  const successor = await createPerson(world);
  await registerName(world, name, { [bob.app]: successor.bucket });
  const servers = [{ type: 'letterbox', url: world.server.url }] as const;
  await createMallory(world, { ...successor, name }, bob).publish({ servers });
  return successor;
}

test('a known name that leads elsewhere now is not written to, and the person is told where it leads', async () => {
  const { item, name, successor } = await scene();
  expect(await item()).toMatchObject({
    state: 'failed',
    reason: { code: 'name-moved', context: { name, address: successor.address } },
  });
});

test('accepted, the message goes to the new address, and the name is no longer the old one’s', async () => {
  const { agent, alice, forge, id, item, name, successor } = await scene();
  await agent.owner.acceptMoved(id);
  await agent.work();
  expect(await item()).toMatchObject({ address: successor.address });
  expect((await item())?.reason?.code).not.toBe('name-moved');
  await forge.post({ claims: { name } });
  await agent.owner.syncNow();
  await agent.work();
  const { entries } = await agent.owner.messages({ limit: 1 });
  expect(entries[0]?.sender).toMatchObject({ address: alice.address, warning: { kind: 'moved', name } });
  expect(entries[0]?.sender.name).toBeUndefined();
});

test('accepted for one address, it is not for a third', async () => {
  const { agent, bob, id, item, name } = await scene();
  const third = await moveTo(name, bob);
  await agent.owner.acceptMoved(id);
  await agent.work();
  expect(await item()).toMatchObject({
    state: 'failed',
    reason: { code: 'name-moved', context: { address: third.address } },
  });
});

test('what failed for another reason, or did not fail, has nothing to accept', async () => {
  const { agent, bob, alice } = await scene();
  const to = { address: alice.address, bucket: alice.bucket };
  const { id } = await agent.owner.send({ inbox: bob.address, to, text: 'Hello.' });
  await refused(agent.owner.acceptMoved(id), 'malformed');
});

test('one’s own name that leads to somebody else is told of until it leads here again', async () => {
  const bob = await createPerson(world, freshLabel('bob'));
  const name = bob.name as Name;
  const agent = (await createDevice(world)).start();
  await connect(agent, bob);
  const app = async () => (await agent.owner.overview()).apps[0];
  expect(await app()).toMatchObject({ name: { name } });
  expect(await app()).not.toHaveProperty('nameLost');
  const successor = await moveTo(name, bob);
  world.pass(31 * DAY); // until the record is renewed
  await agent.work();
  expect(await app()).toMatchObject({ nameLost: { name, leadsTo: successor.address } });
  expect(await app()).not.toHaveProperty('name');
  world.pass(DAY);
  await agent.work();
  expect(await app()).toMatchObject({ nameLost: { name } });
  await registerName(world, name, { [bob.app]: bob.bucket });
  world.pass(DAY);
  await agent.work();
  expect(await app()).toMatchObject({ name: { name } });
  expect(await app()).not.toHaveProperty('nameLost');
});
