import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseOrigin } from '../../src/protocol/ids.ts';
import { refused } from '../contracts/transport.ts';
import { scene } from './app-scene.ts';
import { callerOf, createDevice, POWERS, question } from './device.ts';
import { createPerson, OTHER_APP, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

describe('what is asked', () => {
  test('hears the answer although the browser never says that the window is shown', async () => {
    const person = await createPerson(world);
    const device = await createDevice(world);
    const agent = device.start({ prompt: { show: () => Promise.withResolvers<void>().promise } });
    const connecting = agent.page.connect(callerOf(person), { session: person.session });
    const { id } = await question(agent.owner);
    await agent.owner.decide(id, { approve: true, powers: POWERS });
    expect(await connecting).toMatchObject({ address: person.address });
  });

  test('hears that no window can be shown', async () => {
    const person = await createPerson(world);
    const device = await createDevice(world);
    const agent = device.start({ prompt: { show: () => Promise.reject(new Error('no windows here')) } });
    await expect(agent.page.connect(callerOf(person), { session: person.session })).rejects.toThrow(
      'no windows here',
    );
  });

  test('a session is held only for a question, and no longer', async () => {
    const { person, agent, device } = await scene(world);
    const nowhere = { ...person.session, hubUrl: 'http://127.0.0.1:9' };
    for (let n = 0; n < 3; n += 1) {
      await refused(agent.page.connect(callerOf(person), { session: nowhere }), 'unreachable');
    }
    expect(device.held()).toHaveLength(0);
    void agent.page.connect(callerOf(person), { session: person.session });
    await question(agent.owner);
    expect(device.held()).toHaveLength(1);
    world.pass(2 * 86_400_000);
    await agent.work();
    expect(device.held()).toHaveLength(0);
  });

  test('is asked once for identical requests, and all of them hear the answer', async () => {
    const { person, agent } = await scene(world);
    const both = [1, 2].map(() => agent.page.connect(callerOf(person), { session: person.session }));
    const { id } = await question(agent.owner);
    expect(await agent.owner.approvals()).toHaveLength(1);
    await agent.owner.decide(id, { approve: true, powers: POWERS });
    expect(await Promise.all(both)).toMatchObject([{ address: person.address }, { address: person.address }]);
  });

  test('closing the window declines all that it asked for', async () => {
    const { person, agent } = await scene(world);
    const connecting = agent.page.connect(callerOf(person), { session: person.session });
    await question(agent.owner);
    await agent.promptClosed();
    await refused(connecting, 'rejected');
    expect(await agent.owner.overview()).toMatchObject({ apps: [], approvals: 0 });
  });

  test('are shown in the order in which they were asked, within one second too', async () => {
    const { agent } = await scene(world);
    const apps = [1, 2, 3, 4, 5, 6].map((n) => parseOrigin(`https://app-${n}.example`));
    const asked: Promise<unknown>[] = [];
    for (const [n, app] of apps.entries()) {
      asked.push(agent.page.connect(callerOf({ app }), {}));
      await vi.waitFor(async () => expect(await agent.owner.approvals()).toHaveLength(n + 1));
    }
    expect((await agent.owner.approvals()).map(({ app }) => app)).toEqual(apps);
    await agent.promptClosed();
    await Promise.all(asked.map((one) => refused(one, 'rejected')));
  });

  test('a fourth open question of one app is refused and has nothing looked up, another app is not', async () => {
    const { person, device } = await scene(world);
    const fetched: string[] = [];
    const agent = device.start({
      fetch: (url, init) => {
        fetched.push(url);
        return device.ports.fetch(url, init);
      },
    });
    const people = await Promise.all([1, 2, 3].map(() => createPerson(world)));
    const waiting = people.map((one) => agent.page.connect(callerOf(person), { session: one.session }));
    while ((await agent.owner.approvals()).length < 3) await question(agent.owner);
    fetched.length = 0;
    await refused(agent.page.connect(callerOf(person), { session: person.session }), 'busy');
    expect(fetched).toEqual([]);
    const elsewhere = agent.page.connect(callerOf({ app: OTHER_APP }), {});
    while ((await agent.owner.approvals()).length < 4) await question(agent.owner);
    await agent.promptClosed();
    await Promise.all([...waiting, elsewhere].map((asking) => refused(asking, 'rejected')));
  });

  test('a page that comes back after the worker died hears what was decided meanwhile', async () => {
    const { person, agent, device } = await scene(world);
    const caller = callerOf(person);
    void agent.page.connect(caller, { session: person.session });
    const { id } = await question(agent.owner);
    const next = device.start();
    await next.owner.decide(id, { approve: false });
    await refused(next.page.connect(caller, { session: person.session }), 'rejected');
    expect(device.prompts()).toBe(1);
    const anew = next.page.connect(caller, { session: person.session });
    await next.owner.decide((await question(next.owner)).id, { approve: true, powers: POWERS });
    expect(await anew).toMatchObject({ address: person.address });
  });
});
