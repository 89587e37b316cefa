import { afterAll, beforeAll, expect, test } from 'vitest';
import { callerOf, connect, createDevice } from './device.ts';
import { createPerson, freshLabel, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

test('a message goes from Alice to Bob, and his answer comes back', async () => {
  const [alice, bob] = await Promise.all([
    createPerson(world, freshLabel('alice')),
    createPerson(world, freshLabel('bob')),
  ]);
  const [aliceDevice, bobDevice] = await Promise.all([createDevice(world), createDevice(world)]);
  const [her, his] = [aliceDevice.start(), bobDevice.start()];
  await Promise.all([connect(her, alice), connect(his, bob)]);

  const sent = await her.owner.send({ inbox: alice.address, to: bob.name ?? '', text: 'Dinner on Friday?' });
  await her.work();
  expect(await her.owner.outbox()).toMatchObject([{ id: sent.id, state: 'accepted', address: bob.address }]);

  await his.owner.syncNow();
  const waiting = await his.owner.overview();
  expect(waiting).toMatchObject({ badge: 1, unread: 0, requests: 1 });
  const [request] = await his.owner.requests();
  expect(request).toMatchObject({ from: alice.address, app: bob.app, messages: 1 });
  expect(request?.sender).toMatchObject({ address: alice.address, claimedName: alice.name });
  expect(request?.sender.name).toBeUndefined();
  expect((await his.owner.messages({ limit: 10 })).entries).toEqual([]);

  await his.owner.accept({ inbox: bob.address, from: alice.address });
  await his.work();
  const { entries } = await his.owner.messages({ limit: 10 });
  expect(entries).toMatchObject([
    {
      id: sent.id,
      read: false,
      app: bob.app,
      sender: { name: { name: alice.name } },
      content: { state: 'readable', text: 'Dinner on Friday?' },
    },
  ]);
  expect(bobDevice.told.filter(({ event }) => event === 'message')).toHaveLength(1);
  expect(await his.owner.overview()).toMatchObject({ badge: 1, unread: 1, requests: 0 });
  const listed = await his.page.list(callerOf(bob), undefined);
  expect(listed).toMatchObject({ more: false, messages: [{ id: sent.id, body: 'Dinner on Friday?' }] });

  await his.page.markRead(callerOf(bob), [{ from: alice.address, id: sent.id }]);
  await his.work();
  expect(await his.owner.overview()).toMatchObject({ badge: 0, unread: 0, requests: 0 });

  await her.owner.syncNow();
  expect(await her.owner.outbox()).toMatchObject([{ id: sent.id, state: 'delivered' }]);

  const answer = await his.page.send(callerOf(bob), { to: alice.address, body: 'Yes.', re: sent.id });
  await his.work();
  await her.owner.syncNow();
  expect((await her.owner.messages({ limit: 10 })).entries).toMatchObject([
    {
      id: answer.id,
      content: { state: 'readable', text: 'Yes.', re: sent.id },
      sender: { name: { name: bob.name } },
    },
  ]);
  expect(await her.owner.overview()).toMatchObject({ badge: 1, unread: 1 });
  expect([...aliceDevice.reported, ...bobDevice.reported]).toEqual([]);
});

test('a message that the worker could not tell its page of is told by the next one', async () => {
  const [alice, bob] = [await createPerson(world), await createPerson(world)];
  const [aliceDevice, bobDevice] = await Promise.all([createDevice(world), createDevice(world)]);
  const [her, his] = [aliceDevice.start(), bobDevice.start()];
  await Promise.all([connect(her, alice), connect(his, bob)]);
  await her.owner.send({
    inbox: alice.address,
    to: { address: bob.address, bucket: bob.bucket },
    text: 'Hi.',
  });
  await her.work();
  await his.owner.syncNow();
  const heard: unknown[] = [];
  const { notifier } = bobDevice.ports;
  const slow = { ...notifier, page: () => Promise.withResolvers<never>().promise };
  const dying = bobDevice.start({ notifier: slow });
  await dying.owner.accept({ inbox: bob.address, from: alice.address });
  await dying.work(); // its page never answers, and nothing waits for that
  expect(await dying.owner.overview()).toMatchObject({ unread: 1 });
  const next = bobDevice.start({ notifier: { ...notifier, page: (...args) => void heard.push(args[2]) } });
  await next.work();
  await next.work();
  expect(heard).toMatchObject([{ body: 'Hi.' }]);
  await bobDevice.start({ notifier: { ...notifier, page: (...args) => void heard.push(args[2]) } }).work();
  expect(heard).toHaveLength(1);
});

test('where no page is open, whoever opens right then is told, and the next worker has nothing left to tell', async () => {
  const [alice, bob] = [await createPerson(world), await createPerson(world)];
  const [aliceDevice, bobDevice] = await Promise.all([createDevice(world), createDevice(world)]);
  const [her, his] = [aliceDevice.start(), bobDevice.start()];
  await Promise.all([connect(her, alice), connect(his, bob)]);
  const to = { address: bob.address, bucket: bob.bucket };
  await her.owner.send({ inbox: alice.address, to, text: 'Hi.' });
  await her.work();
  await his.owner.syncNow();
  const heard: unknown[] = [];
  const page = (...args: unknown[]) => {
    heard.push(args[2]);
    return Promise.withResolvers<never>().promise;
  };
  const { notifier } = bobDevice.ports;
  const dying = bobDevice.start({ notifier: { ...notifier, page, hasPages: async () => false } });
  await dying.owner.accept({ inbox: bob.address, from: alice.address });
  await dying.work();
  expect(heard).toMatchObject([{ body: 'Hi.' }]);
  await bobDevice.start({ notifier: { ...notifier, page, hasPages: async () => true } }).work();
  expect(heard).toHaveLength(1);
});
