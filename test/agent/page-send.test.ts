import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refused } from '../contracts/transport.ts';
import { scene } from './app-scene.ts';
import { callerOf, connect, ALL_POWERS, question } from './device.ts';
import { createMallory } from './mallory.ts';
import { createPerson, freshLabel, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

describe('sending', () => {
  test('to someone new is asked for each time, then they are known', async () => {
    const { person, agent } = await scene(world);
    const bob = await createPerson(world, freshLabel('bob'));
    await connect(agent, person);
    await createMallory(world, bob, person).publish();
    const sending = agent.page.send(callerOf(person), { to: bob.name, body: 'Hello.', subject: 'Hi' });
    const asked = await question(agent.owner);
    expect(asked).toMatchObject({
      kind: 'send',
      inbox: person.address,
      to: bob.name,
      text: 'Hello.',
      subject: 'Hi',
    });
    expect(await agent.owner.outbox()).toEqual([]);
    await agent.owner.decide(asked.id, { approve: true });
    const { id } = await sending;
    await agent.work();
    expect(await agent.owner.outbox()).toMatchObject([{ id, to: bob.name, address: bob.address }]);
    await agent.page.send(callerOf(person), { to: bob.name, body: 'Again.' });
    await agent.page.send(callerOf(person), { to: bob.address, body: 'And again.' });
    expect(await agent.owner.outbox()).toHaveLength(3);
  });

  test('that the person declines leaves nothing', async () => {
    const { person, agent } = await scene(world);
    await connect(agent, person);
    const sending = agent.page.send(callerOf(person), { to: 'bob.id.blockstack', body: 'Hello.' });
    await agent.owner.decide((await question(agent.owner)).id, { approve: false });
    await refused(sending, 'rejected');
    expect(await agent.owner.outbox()).toEqual([]);
  });

  test('without asking goes to anyone; a repeated call sends once', async () => {
    const { person, agent, device } = await scene(world);
    await connect(agent, person, ALL_POWERS);
    const caller = callerOf(person);
    const message = { to: 'nobody.id.blockstack', body: { a: 1 }, type: 'application/json', fallback: 'a' };
    const first = await agent.page.send(caller, message);
    await agent.work();
    expect(await device.start().page.send(caller, message)).toEqual({
      id: first.id,
      state: 'failed',
      reason: 'name-not-found',
    });
    expect(await agent.owner.outbox()).toHaveLength(1);
    expect(device.told).toContainEqual({
      event: 'outbox',
      detail: { id: first.id, state: 'failed', reason: 'name-not-found' },
    });
  });

  test('does not lift a block behind the person’s back', async () => {
    const { person, agent } = await scene(world);
    const bob = await createPerson(world);
    await connect(agent, person, ALL_POWERS);
    await createMallory(world, bob, person).publish();
    const key = { inbox: person.address, from: bob.address };
    await agent.owner.block(key);
    await agent.page.send(callerOf(person), { to: { address: bob.address, bucket: bob.bucket }, body: 'x' });
    await agent.work();
    expect(await agent.owner.blocked()).toEqual([key]);
    await agent.owner.send({
      inbox: person.address,
      to: { address: bob.address, bucket: bob.bucket },
      text: 'x',
    });
    await agent.work();
    expect(await agent.owner.blocked()).toEqual([]);
  });
});
