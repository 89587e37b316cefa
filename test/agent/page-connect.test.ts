import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { refused } from '../contracts/transport.ts';
import { scene } from './app-scene.ts';
import { callerOf, connect, POWERS, question } from './device.ts';
import { freshLabel, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

describe('connecting', () => {
  test('asks the person, who sees the proven name, the bucket and the server', async () => {
    const { person, agent, device } = await scene(world, freshLabel('ann'));
    const caller = callerOf(person);
    const connecting = agent.page.connect(caller, { name: 'Some App', session: person.session });
    const asked = await question(agent.owner);
    expect(asked).toMatchObject({
      kind: 'connect',
      app: person.app,
      appName: 'Some App',
      server: world.server.url,
      serverFrom: 'settings',
      messagesHere: 0,
      session: { state: 'given', address: person.address, bucket: person.bucket, name: person.name },
    });
    expect(JSON.stringify(asked)).not.toContain(person.key);
    expect(device.prompts()).toBe(1);
    expect(device.kept()).toEqual([]);
    await agent.owner.decide(asked.id, { approve: true, powers: POWERS });
    const { address, bucket, app, name } = person;
    expect(await connecting).toEqual({ address, bucket, app, name });
    expect(await agent.owner.approvals()).toEqual([]);
  });

  test('a session at another hub is another question: what was shown is what is connected', async () => {
    const { person, agent, device } = await scene(world);
    const elsewhere = { ...person.session, hubUrl: world.hub.origin.replace('127.0.0.1', 'localhost') };
    const first = agent.page.connect(callerOf(person), { session: person.session });
    const shown = await question(agent.owner);
    const second = agent.page.connect(callerOf(person), { session: elsewhere });
    await vi.waitFor(async () => expect(await agent.owner.approvals()).toHaveLength(2));
    await agent.owner.decide(shown.id, { approve: true, powers: POWERS });
    await first;
    const [connected] = (await agent.owner.overview()).apps;
    expect(connected?.hub).toBe(world.hub.origin);
    const [remaining] = await agent.owner.approvals();
    await agent.owner.decide(remaining?.id ?? '', { approve: false });
    await refused(second, 'rejected');
    expect(device.held()).toHaveLength(0);
  });

  test('once approved asks no more, until the grant ends', async () => {
    const { person, agent, device } = await scene(world);
    await connect(agent, person, { read: 3600, send: 'revoked' });
    await agent.page.connect(callerOf(person), {});
    expect(device.prompts()).toBe(1);
    world.pass(3_600_000);
    await refused(agent.page.list(callerOf(person), undefined), 'not-allowed');
    const again = agent.page.connect(callerOf(person), { session: person.session });
    await agent.owner.decide((await question(agent.owner)).id, { approve: false });
    await refused(again, 'rejected');
  });

  test('an address that is no server’s is said while the question is still open', async () => {
    const { person, agent } = await scene(world);
    const connecting = agent.page.connect(callerOf(person), { session: person.session });
    const { id } = await question(agent.owner);
    const decision = { approve: true, powers: POWERS, server: 'https://relay.example/inbox' } as const;
    await refused(agent.owner.decide(id, decision), 'malformed');
    expect(await agent.owner.approvals()).toHaveLength(1);
    await agent.owner.decide(id, { ...decision, server: `${world.server.url}/` });
    expect(await connecting).toMatchObject({ address: person.address });
  });
});
