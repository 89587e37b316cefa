import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scene } from './app-scene.ts';
import { connect } from './device.ts';
import { createPerson, freshLabel, registerName, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

describe('the own name', () => {
  test('that reaches the registry later is published then', async () => {
    const { agent, device } = await scene(world);
    const label = freshLabel('late');
    const person = await createPerson(world);
    const name = `${label}.id.blockstack`;
    await connect(agent, { ...person, session: { ...person.session, username: name } });
    expect((await agent.owner.overview()).apps[0]?.name).toBeUndefined();
    await registerName(world, name as never, { [person.app]: person.bucket });
    world.pass(3_600_000);
    await agent.work();
    expect((await agent.owner.overview()).apps[0]?.name?.name).toBe(name);
    expect(device.reported).toEqual([]);
  });
});
