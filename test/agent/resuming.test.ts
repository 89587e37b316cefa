import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refused } from '../contracts/transport.ts';
import { connectBySession, scene } from './app-scene.ts';
import { callerOf, connect, POWERS, question } from './device.ts';
import { createPerson, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

describe('a session that changed', () => {
  test('pauses the inbox, shows the new address, and asks', async () => {
    const { person, agent } = await scene(world);
    await connect(agent, person);
    const next = await createPerson(world);
    const connecting = agent.page.connect(callerOf(person), { session: next.session });
    const { id } = await question(agent.owner);
    expect((await agent.owner.overview()).apps).toMatchObject([{ state: 'paused', changedTo: next.address }]);
    await refused(agent.page.list(callerOf(person), undefined), 'not-connected');
    await agent.owner.decide(id, { approve: true, powers: POWERS });
    expect(await connecting).toMatchObject({ address: next.address });
    await agent.work();
    expect(await agent.page.list(callerOf(person), undefined)).toMatchObject({ messages: [] });
  });
});

describe('a session that was read with consent', () => {
  async function consented() {
    const set = await scene(world);
    set.device.pageSession = set.person.session;
    await connectBySession(set.agent, set.person);
    return set;
  }

  test('and is gone, since the person signed out, pauses the inbox', async () => {
    const { person, agent, device } = await consented();
    device.pageSession = undefined;
    await refused(agent.page.connect(callerOf(person), {}), 'session-missing');
    expect((await agent.owner.overview()).apps).toMatchObject([{ state: 'paused' }]);
    expect(device.told).toContainEqual({ event: 'disconnect', detail: { reason: 'session' } });
    await refused(agent.page.list(callerOf(person), undefined), 'not-connected');
  });

  test('and is somebody else’s shows them nothing, and goes on when the first one is back', async () => {
    const { person, agent, device } = await consented();
    const next = await createPerson(world);
    device.pageSession = next.session;
    const connecting = agent.page.connect(callerOf(person), {});
    const { id } = await question(agent.owner);
    expect((await agent.owner.overview()).apps).toMatchObject([{ state: 'paused', changedTo: next.address }]);
    await agent.owner.decide(id, { approve: false });
    await refused(connecting, 'rejected');
    device.pageSession = person.session;
    expect(await agent.page.connect(callerOf(person), {})).toMatchObject({ address: person.address });
    expect((await agent.owner.overview()).apps).toMatchObject([{ state: 'ready' }]);
    expect(device.prompts()).toBe(2);
  });

  test('and is at another hub is not taken up unasked; what was approved goes on', async () => {
    const { person, agent } = await consented();
    const session = { ...person.session, hubUrl: `${world.hub.origin}/elsewhere` };
    await refused(agent.page.connect(callerOf(person), { session }), 'not-found');
    expect((await agent.owner.overview()).apps).toMatchObject([{ state: 'ready', hub: world.hub.origin }]);
  });
});
