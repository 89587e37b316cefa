import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UNASKED_A_DAY } from '../../src/agent/owner-wire.ts';
import { refused } from '../contracts/transport.ts';
import { ALL_POWERS, callerOf, connect, createDevice, POWERS, question } from './device.ts';
import { createMallory } from './mallory.ts';
import { createPerson, startWorld, type World } from './world.ts';

const HOUR = 3600;
const MILLISECONDS = 1000;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

async function connected(powers = POWERS) {
  const person = await createPerson(world);
  const device = await createDevice(world);
  const agent = device.start();
  await connect(agent, person, powers);
  const friend = await createPerson(world);
  return { person, device, agent, friend, to: { address: friend.address, bucket: friend.bucket } };
}

type Scene = Awaited<ReturnType<typeof connected>>;

/** A message that the person's inbox gets, from somebody whom they accepted. */
async function receive({ agent, person, friend }: Scene): Promise<void> {
  const forge = createMallory(world, friend, person);
  await forge.publish();
  await agent.owner.accept({ inbox: person.address, from: friend.address });
  await forge.post();
  await agent.owner.syncNow();
}

describe('a power with an end', () => {
  test('holds up to its last second, and not in a new worker after it either', async () => {
    const { person, device, agent } = await connected({ read: HOUR, send: 'revoked' });
    const caller = callerOf(person);
    world.pass((HOUR - 1) * MILLISECONDS);
    expect(await agent.page.list(caller, undefined)).toMatchObject({ messages: [] });
    expect(await agent.page.mayListen(caller, 'message')).toBe(true);
    world.pass(MILLISECONDS);
    await refused(agent.page.list(caller, undefined), 'not-allowed');
    await refused(agent.page.markRead(caller, []), 'not-allowed');
    expect(await agent.page.mayListen(caller, 'message')).toBe(false);
    await refused(device.start().page.list(caller, undefined), 'not-allowed');
    expect(await agent.page.mayListen(caller, 'outbox')).toBe(true); // the other one has no end
  });

  test('over, has connect ask again, and what is given then counts from then', async () => {
    const { person, agent, device } = await connected({ read: HOUR, send: 'revoked' });
    world.pass(HOUR * MILLISECONDS);
    const connecting = agent.page.connect(callerOf(person), { session: person.session });
    const { id } = await question(agent.owner);
    const since = Math.floor(world.clock.now() / MILLISECONDS);
    await agent.owner.decide(id, { approve: true, powers: { read: 2 * HOUR } });
    await connecting;
    const [app] = (await agent.owner.overview()).apps;
    expect(app?.grants).toEqual({ read: { since, until: since + 2 * HOUR } });
    expect(device.prompts()).toBe(2);
  });

  test('to send without asking, over, has each new recipient asked for, and connect asks nothing', async () => {
    const { person, agent, device, to } = await connected({ ...POWERS, sendWithoutAsking: HOUR });
    await agent.page.send(callerOf(person), { to, body: 'Unasked.' });
    world.pass(HOUR * MILLISECONDS);
    await agent.page.connect(callerOf(person), { session: person.session });
    expect(device.prompts()).toBe(1);
    const sending = agent.page.send(callerOf(person), { to: 'new.id.blockstack', body: 'Asked.' });
    await agent.owner.decide((await question(agent.owner)).id, { approve: false });
    await refused(sending, 'rejected');
  });

  test('to read, over, keeps what comes from the app’s open pages', async () => {
    const scene = await connected({ read: HOUR, send: 'revoked' });
    await receive(scene);
    const heard = () => scene.device.told.filter(({ event }) => event === 'message');
    expect(heard()).toHaveLength(1);
    world.pass(HOUR * MILLISECONDS);
    await receive(scene);
    expect(heard()).toHaveLength(1);
    expect((await scene.agent.owner.messages({ limit: 10 })).entries).toHaveLength(2);
  });
});

describe('taken back', () => {
  test('reading: open pages hear so, and of nothing that comes from then on', async () => {
    const scene = await connected();
    const { agent, device, person } = scene;
    await receive(scene);
    device.told.length = 0;
    await agent.owner.revoke(person.app, 'read');
    await receive(scene);
    expect(device.told).toEqual([{ event: 'disconnect', detail: { reason: 'revoked' } }]);
    await refused(agent.page.list(callerOf(person), undefined), 'not-allowed');
    const [app] = (await agent.owner.overview()).apps;
    expect(Object.keys(app?.grants ?? {})).toEqual(['send']);
  });

  test('sending: takes sending without asking along, and pages hear no more of what they sent', async () => {
    const { agent, device, person, to } = await connected({ ...POWERS, sendWithoutAsking: HOUR });
    await agent.page.send(callerOf(person), { to, body: 'Hello.' });
    device.told.length = 0;
    await agent.owner.revoke(person.app, 'send');
    await agent.work();
    expect([device.told, device.reported]).toEqual([[], []]);
    await refused(agent.page.send(callerOf(person), { to, body: 'Again.' }), 'not-allowed');
    await agent.owner.grant(person.app, { send: 'revoked' });
    const [app] = (await agent.owner.overview()).apps;
    expect(Object.keys(app?.grants ?? {}).toSorted()).toEqual(['read', 'send']);
  });

  test('all: the app may do nothing, stays connected, and connect does not ask', async () => {
    const { agent, device, person, to } = await connected();
    await agent.owner.revoke(person.app);
    const caller = callerOf(person);
    await refused(agent.page.list(caller, undefined), 'not-allowed');
    await refused(agent.page.send(caller, { to, body: 'x' }), 'not-allowed');
    expect(await agent.page.connect(caller, { session: person.session })).toMatchObject({
      address: person.address,
    });
    expect(device.prompts()).toBe(1);
    await refused(device.start().page.list(caller, undefined), 'not-allowed'); // it is on the disk
  });

  test('of an app that is not connected is said', async () => {
    const { agent, person } = await connected();
    await agent.owner.disconnect(person.address);
    await refused(agent.owner.grant(person.app, POWERS), 'not-connected');
    await refused(agent.owner.revoke(person.app), 'not-connected');
  });
});

test('sending without asking brings sending along for as long, unless that is given already', async () => {
  const { agent, person } = await connected({});
  const since = Math.floor(world.clock.now() / MILLISECONDS);
  const grantsOf = async () => (await agent.owner.overview()).apps[0]?.grants;
  await agent.owner.grant(person.app, { sendWithoutAsking: HOUR });
  const given = { since, until: since + HOUR };
  expect(await grantsOf()).toEqual({ send: given, sendWithoutAsking: given });
  await agent.owner.grant(person.app, { send: 'revoked' });
  await agent.owner.grant(person.app, { sendWithoutAsking: 2 * HOUR });
  expect(await grantsOf()).toEqual({
    send: { since },
    sendWithoutAsking: { since, until: since + 2 * HOUR },
  });
});

describe('sending without asking', () => {
  const stranger = (n: number) => `stranger-${String(n)}.id.blockstack`;

  /** As many as a day has, to people whom nobody knows. */
  async function spend({ agent, person }: Scene, count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      await agent.page.send(callerOf(person), { to: stranger(n), body: 'x' });
    }
  }

  /** Sends to one more, and sees the person asked. */
  async function isAsked({ person }: Scene, agent: Scene['agent']): Promise<void> {
    const sending = agent.page.send(callerOf(person), { to: 'one-more.id.blockstack', body: 'x' });
    const asked = await question(agent.owner);
    expect(asked).toMatchObject({ kind: 'send', to: 'one-more.id.blockstack' });
    await agent.owner.decide(asked.id, { approve: true });
    expect(await sending).toMatchObject({ state: 'queued' });
  }

  test('goes so often a day, then the window asks; in a new worker, and given anew, too', async () => {
    const scene = await connected(ALL_POWERS);
    const { agent, device, person } = scene;
    await spend(scene, UNASKED_A_DAY);
    expect(device.prompts()).toBe(1);
    await isAsked(scene, agent);
    await isAsked(scene, device.start());
    await agent.owner.revoke(person.app);
    await agent.owner.grant(person.app, ALL_POWERS);
    await isAsked(scene, agent);
  });

  test('a day after the first of them it goes again', async () => {
    const scene = await connected(ALL_POWERS);
    await spend(scene, UNASKED_A_DAY - 1);
    world.pass(23 * HOUR * MILLISECONDS);
    await spend(scene, 1);
    await isAsked(scene, scene.agent);
    world.pass(HOUR * MILLISECONDS);
    await spend(scene, UNASKED_A_DAY);
    expect(scene.device.prompts()).toBe(2);
  });

  test('people whom the person knows are not counted', async () => {
    const scene = await connected(ALL_POWERS);
    const { agent, person, friend, device } = scene;
    await receive(scene);
    for (let n = 0; n < 3; n += 1) await agent.page.send(callerOf(person), { to: friend.address, body: 'x' });
    await spend(scene, UNASKED_A_DAY);
    await agent.page.send(callerOf(person), { to: friend.address, body: 'x' });
    expect(device.prompts()).toBe(1);
    const [row] = await device.store.read(['grants'], (tx) => tx.list('grants'));
    expect(row?.unasked?.count).toBe(UNASKED_A_DAY);
  });

  test('a call that is repeated counts once', async () => {
    const { agent, person, device } = await connected(ALL_POWERS);
    const caller = callerOf(person);
    for (let n = 0; n < 3; n += 1) await agent.page.send(caller, { to: stranger(1), body: 'x' });
    const [row] = await device.store.read(['grants'], (tx) => tx.list('grants'));
    expect(row?.unasked?.count).toBe(1);
    expect(await agent.owner.outbox()).toHaveLength(1);
  });
});
