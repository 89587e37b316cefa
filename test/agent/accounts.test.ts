import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Agent } from '../../src/agent/agent.ts';
import { refused } from '../contracts/transport.ts';
import { callerOf, connect, createDevice, question, ALL_POWERS, POWERS, type Device } from './device.ts';
import { exported, given } from './export.ts';
import { createPerson, freshLabel, startWorld, type Person, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** One device with two accounts of one app, the second connected last; and somebody who writes to both. */
async function two() {
  const first = await createPerson(world, freshLabel('bob'));
  const second = await createPerson(world);
  const device = await createDevice(world);
  const agent = device.start();
  await connect(agent, first);
  await connect(agent, second);
  device.told.length = 0;
  return { first, second, device, agent };
}

async function write(to: readonly Person[], text: string): Promise<void> {
  const sender = await createPerson(world);
  const agent = (await createDevice(world)).start();
  await connect(agent, sender);
  for (const { address, bucket } of to)
    await agent.owner.send({ inbox: sender.address, to: { address, bucket }, text });
  await agent.work();
}

/** Accepts whoever waits, and reads what they wrote. */
async function acceptAll({ owner, work }: Agent): Promise<void> {
  await owner.syncNow();
  for (const request of await owner.requests()) await owner.accept(request);
  await work();
}

const signIn = (agent: Agent, person: Person) =>
  agent.page.connect(callerOf(person), { session: person.session });

const heard = ({ told }: Device, wanted: string) =>
  told.flatMap(({ event, detail }) => (event === wanted ? [detail] : []));

async function appsOf({ owner }: Agent) {
  return (await owner.overview()).apps.map(({ inbox, state, aside }) => ({ inbox, state, aside }));
}

describe('a second account of an app', () => {
  test('is asked about with the first one named, keeps it, and is the one that the page speaks for', async () => {
    const first = await createPerson(world, freshLabel('bob'));
    const second = await createPerson(world);
    const agent = (await createDevice(world)).start();
    await connect(agent, first);
    const connecting = signIn(agent, second);
    const asked = await question(agent.owner);
    expect(asked).toMatchObject({ others: [first.name], session: { address: second.address } });
    await agent.owner.decide(asked.id, { approve: true, powers: POWERS });
    expect(await connecting).toMatchObject({ address: second.address });
    expect(await appsOf(agent)).toEqual(
      expect.arrayContaining([
        { inbox: first.address, state: 'ready', aside: true },
        { inbox: second.address, state: 'ready', aside: undefined },
      ]),
    );
  });

  test('gets its own mail as the first does, and the page sees that of the one it speaks for', async () => {
    const { first, second, device, agent } = await two();
    await write([first, second], 'To each of you.');
    await acceptAll(agent);
    const { entries } = await agent.owner.messages({ limit: 10 });
    expect(entries.map(({ inbox }) => inbox).toSorted()).toEqual([first.address, second.address].toSorted());
    const { messages } = await agent.page.list(callerOf(second), undefined);
    expect(messages.map(({ to }) => to.address)).toEqual([second.address]);
    expect(heard(device, 'message')).toMatchObject([{ to: { address: second.address } }]);
    const other = entries.find(({ inbox }) => inbox === first.address);
    const key = [{ from: other?.from, id: other?.id }];
    await expect(agent.page.markRead(callerOf(second), key)).rejects.toMatchObject({ code: 'malformed' });
  });

  test('and what the page sends goes out from the one it speaks for', async () => {
    const { first, second, agent } = await two();
    const someone = await createPerson(world);
    await connect((await createDevice(world)).start(), someone);
    await agent.owner.grant(first.app, ALL_POWERS);
    await agent.page.send(callerOf(second), {
      to: { address: someone.address, bucket: someone.bucket },
      body: 'x',
    });
    expect(await agent.owner.outbox()).toMatchObject([{ inbox: second.address }]);
  });

  test('signed in as before, the page speaks for the first again: unasked, and other pages are told', async () => {
    const { first, second, device, agent } = await two();
    expect(await signIn(agent, first)).toMatchObject({ address: first.address });
    expect(device.prompts()).toBe(2);
    expect(heard(device, 'disconnect')).toEqual([{ reason: 'session' }]);
    expect(await appsOf(agent)).toContainEqual({ inbox: second.address, state: 'ready', aside: true });
    await signIn(agent, first);
    expect(heard(device, 'disconnect')).toHaveLength(1);
  });

  test('what the other one sent goes on without the page hearing of it', async () => {
    const { first, second, device, agent } = await two();
    const someone = await createPerson(world);
    await connect((await createDevice(world)).start(), someone);
    await agent.owner.grant(first.app, ALL_POWERS);
    await agent.page.send(callerOf(second), {
      to: { address: someone.address, bucket: someone.bucket },
      body: 'x',
    });
    await signIn(agent, first);
    device.told.length = 0;
    await agent.work();
    expect(await agent.owner.outbox()).toMatchObject([{ state: 'accepted' }]);
    expect(heard(device, 'outbox')).toEqual([]);
  });

  test('the same question for each of them is two questions', async () => {
    const { first, second, agent } = await two();
    const message = { to: 'someone.id.blockstack', body: 'Hello.' };
    const one = agent.page.send(callerOf(second), message);
    await question(agent.owner);
    await signIn(agent, first);
    const other = agent.page.send(callerOf(first), message);
    await vi.waitFor(async () => expect(await agent.owner.approvals()).toHaveLength(2));
    expect((await agent.owner.approvals()).map((asked) => asked.kind === 'send' && asked.inbox)).toEqual([
      second.address,
      first.address,
    ]);
    await agent.promptClosed();
    await Promise.all([one, other].map((sending) => refused(sending, 'rejected')));
  });
});

describe('each can be disconnected by itself', () => {
  test('the one aside: the page goes on, and hears nothing', async () => {
    const { first, second, device, agent } = await two();
    await agent.owner.disconnect(first.address);
    await agent.work();
    expect(await appsOf(agent)).toEqual([{ inbox: second.address, state: 'ready', aside: undefined }]);
    expect(heard(device, 'disconnect')).toEqual([]);
    expect(device.kept()).toEqual([second.address]);
    await expect(agent.page.list(callerOf(second), undefined)).resolves.toBeDefined();
  });

  test('the one that the page speaks for: the page gets nothing of the other, whose mail still comes', async () => {
    const { first, second, device, agent } = await two();
    await agent.owner.disconnect(second.address);
    await agent.work();
    expect(heard(device, 'disconnect')).toEqual([{ reason: 'revoked' }]);
    await refused(agent.page.list(callerOf(first), undefined), 'not-connected');
    await write([first], 'Still here.');
    await acceptAll(agent);
    expect((await agent.owner.messages({ limit: 10 })).entries).toMatchObject([{ inbox: first.address }]);
    expect(heard(device, 'message')).toEqual([]);
    expect(await signIn(agent, first)).toMatchObject({ address: first.address });
    await agent.owner.disconnect(first.address);
    await refused(agent.page.list(callerOf(first), undefined), 'not-connected');
    expect(await device.store.read(['grants'], (tx) => tx.list('grants'))).toEqual([]);
  });
});

describe('who the page speaks for', () => {
  test('is nobody once its session is gone: the other’s messages are not for whoever is there now', async () => {
    const { first, second, device, agent } = await two();
    await device.store.write(['grants'], (tx) =>
      tx.put('grants', { app: first.app, grants: { read: { since: 0 } }, consent: true }),
    );
    device.pageSession = undefined;
    await refused(agent.page.connect(callerOf(second), {}), 'session-missing');
    await refused(agent.page.list(callerOf(second), undefined), 'not-connected');
    expect(await appsOf(agent)).toEqual(
      expect.arrayContaining([
        { inbox: first.address, state: 'ready', aside: true },
        { inbox: second.address, state: 'paused', aside: undefined },
      ]),
    );
  });

  test('does not change by a key that no page handed over', async () => {
    const { first, second, device, agent } = await two();
    const lines = await exported(agent.owner, true);
    await agent.owner.disconnect(first.address);
    await agent.work();
    device.told.length = 0;
    await given(agent.owner, lines, true);
    const { id } = await question(agent.owner);
    await agent.owner.decide(id, { approve: true, powers: POWERS });
    await agent.work();
    expect(await appsOf(agent)).toContainEqual({ inbox: first.address, state: 'ready', aside: true });
    expect(await agent.page.list(callerOf(second), undefined)).toBeDefined();
    expect(heard(device, 'disconnect')).toEqual([]);
  });
});

test('several keys of one user are several inboxes, and the name is with the one that it leads to', async () => {
  const named = await createPerson(world, freshLabel('bob'));
  const unnamed = await createPerson(world);
  const agent = (await createDevice(world)).start();
  await connect(agent, named);
  await connect(agent, unnamed);
  const { apps } = await agent.owner.overview();
  const names = new Map(apps.map(({ inbox, name }) => [inbox, name?.name]));
  expect([names.get(named.address), names.get(unnamed.address)]).toEqual([named.name, undefined]);
  const third = await createPerson(world);
  const taken = signIn(agent, { ...third, session: { ...third.session, username: named.name } });
  expect(await question(agent.owner)).toMatchObject({ session: { state: 'refused' } });
  await agent.promptClosed();
  await refused(taken, 'key-mismatch');
});
