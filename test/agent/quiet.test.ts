import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Agent } from '../../src/agent/agent.ts';
import { refused } from '../contracts/transport.ts';
import { callerOf, connect, createDevice, POWERS, question } from './device.ts';
import { createPerson, OTHER_APP, startWorld, type Person, type World } from './world.ts';

const HOUR = 3_600_000;
const PASSPHRASE = 'four quiet herons wade';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

async function scene() {
  const person = await createPerson(world);
  const device = await createDevice(world);
  return { person, device, agent: device.start() };
}

const asking = (agent: Agent, { app, session }: Person) => agent.page.connect(callerOf({ app }), { session });

/** The person declines what the app asks. */
async function decline(agent: Agent, person: Person, times = 1): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    const asked = asking(agent, person);
    await agent.owner.decide((await question(agent.owner)).id, { approve: false });
    await refused(asked, 'rejected');
  }
}

/** The person closes the window, and their browser goes on. */
const closeWindow = async (agent: Agent) => agent.countDeclined(await agent.promptClosed());

const quietIn = async ({ owner }: Agent) => (await owner.overview()).quiet;

describe('an app that was declined three times in a row', () => {
  test('is refused without a window, in a new worker too, and no other app is', async () => {
    const { person, device, agent } = await scene();
    await decline(agent, person, 3);
    await refused(asking(agent, person), 'quiet');
    const next = device.start();
    await expect(asking(next, person)).rejects.toMatchObject({ context: { method: 'connect', after: 3600 } });
    await refused(next.page.connect(callerOf(person), {}), 'quiet');
    expect(device.prompts()).toBe(3);
    expect(device.held()).toEqual([]);
    await decline(next, await createPerson(world, undefined, OTHER_APP));
    expect(await quietIn(next)).toEqual([
      { app: person.app, until: Math.floor(world.clock.now() / 1000) + 3600 },
    ]);
  });

  test('has nothing looked up for it', async () => {
    const { person, device, agent } = await scene();
    await decline(agent, person, 3);
    const fetched: string[] = [];
    const next = device.start({
      fetch: (url, init) => {
        fetched.push(url);
        return device.ports.fetch(url, init);
      },
    });
    await refused(asking(next, person), 'quiet');
    expect(fetched).toEqual([]);
  });

  test('asks again after an hour, and one more decline makes it quiet again', async () => {
    const { person, agent } = await scene();
    await decline(agent, person, 3);
    world.pass(HOUR - 1000);
    await refused(asking(agent, person), 'quiet');
    world.pass(1000);
    expect(await quietIn(agent)).toEqual([]);
    await decline(agent, person);
    await refused(asking(agent, person), 'quiet');
  });

  test('asks again once the person lets it, as if it had never been declined', async () => {
    const { person, agent } = await scene();
    await decline(agent, person, 3);
    await agent.owner.letAsk(person.app);
    expect(await quietIn(agent)).toEqual([]);
    await decline(agent, person, 2);
    await connect(agent, person);
  });

  test('can still be connected by the person themselves', async () => {
    const { person, agent } = await scene();
    await decline(agent, person, 3);
    await agent.owner.offerSession({ app: person.app, session: person.session });
    await agent.owner.decide((await question(agent.owner)).id, { approve: true, powers: POWERS });
    expect((await agent.owner.overview()).apps).toHaveLength(1);
    expect(await quietIn(agent)).toEqual([]);
  });

  test('goes on with what it was granted: only what would ask is refused', async () => {
    const { person, device, agent } = await scene();
    await connect(agent, person);
    const send = (name: string) =>
      agent.page.send(callerOf(person), { to: `${name}.id.blockstack`, body: 'x' });
    for (const name of ['one', 'two', 'three']) {
      const sending = send(name);
      await agent.owner.decide((await question(agent.owner)).id, { approve: false });
      await refused(sending, 'rejected');
    }
    await refused(send('four'), 'quiet');
    expect(await agent.page.list(callerOf(person), undefined)).toMatchObject({ messages: [] });
    expect(await agent.page.connect(callerOf(person), { session: person.session })).toMatchObject({
      address: person.address,
    });
    expect(device.prompts()).toBe(4);
  });
});

describe('in a row', () => {
  test('are not two declines, an agreement, and two more', async () => {
    const { person, agent } = await scene();
    await decline(agent, person, 2);
    await connect(agent, person);
    await agent.owner.disconnect(person.address);
    await agent.work();
    await decline(agent, person, 2);
    expect(await quietIn(agent)).toEqual([]);
  });

  test('are not declines with a day between them', async () => {
    const { person, agent } = await scene();
    await decline(agent, person, 2);
    world.pass(24 * HOUR);
    await decline(agent, person, 2);
    expect(await quietIn(agent)).toEqual([]);
    await decline(agent, person);
    expect(await quietIn(agent)).toHaveLength(1);
  });

  test('are kept no longer than they count', async () => {
    const { person, device, agent } = await scene();
    await decline(agent, person, 3);
    const kept = async () => {
      await agent.work();
      return device.store.read(['declines'], (tx) => tx.list('declines'));
    };
    world.pass(24 * HOUR - 1000);
    expect(await kept()).toMatchObject([{ app: person.app }]);
    world.pass(1000);
    expect(await kept()).toEqual([]);
  });

  test('are gone with the app’s data', async () => {
    const { person, device, agent } = await scene();
    await connect(agent, person);
    const sending = agent.page.send(callerOf(person), { to: 'one.id.blockstack', body: 'x' });
    await agent.owner.decide((await question(agent.owner)).id, { approve: false });
    await refused(sending, 'rejected');
    await agent.owner.eraseApp(person.address, 'now');
    await agent.work();
    expect(await device.store.read(['declines'], (tx) => tx.list('declines'))).toEqual([]);
  });

  test('is closing the window once, however much it asked of one app', async () => {
    const { person, agent } = await scene();
    const people = await Promise.all([1, 2, 3].map(() => createPerson(world)));
    for (const times of [1, 2, 3]) {
      const told = people.map((one) => refused(asking(agent, { ...one, app: person.app }), 'rejected'));
      while ((await agent.owner.approvals()).length < 3) await question(agent.owner);
      await closeWindow(agent);
      await Promise.all(told);
      expect(await quietIn(agent)).toHaveLength(times < 3 ? 0 : 1);
    }
  });
});

describe('a window that ends with the browser', () => {
  test('is no decline, however often', async () => {
    const { person, agent } = await scene();
    for (const _ of [1, 2, 3]) {
      const asked = asking(agent, person);
      await question(agent.owner);
      expect(await agent.promptClosed()).toEqual([person.app]);
      await refused(asked, 'rejected');
      await agent.promptLost(); // what the next worker says, in a browser that began anew
      expect(await agent.owner.approvals()).toEqual([]);
    }
    expect(await quietIn(agent)).toEqual([]);
    await connect(agent, person); // and the page that comes back is asked about, not told of a no that nobody said
  });

  test('takes its questions along, and what was held for them', async () => {
    const { person, device, agent } = await scene();
    await connect(agent, await createPerson(world, undefined, OTHER_APP));
    void asking(agent, person);
    const { id } = await question(agent.owner);
    expect(device.held()).toEqual([id]);
    const next = device.start();
    await next.promptLost();
    expect(await next.owner.overview()).toMatchObject({
      approvals: 0,
      quiet: [],
      apps: [{ app: OTHER_APP }],
    });
    expect(device.held()).toEqual([]);
  });

  test('while locked takes them along on unlocking', async () => {
    const { person, device, agent } = await scene();
    await agent.owner.setPassphrase(PASSPHRASE);
    const { owner } = device.start(); // of no run that ends
    for (const _ of [1, 2, 3]) {
      const running = device.start();
      void asking(running, person);
      await expect.poll(() => owner.approvals()).toHaveLength(1);
      await running.owner.lock();
      await running.promptClosed();
      await device.start().promptLost();
      await owner.unlock(PASSPHRASE);
      expect(await owner.approvals()).toEqual([]);
    }
    expect(await quietIn(agent)).toEqual([]);
  });
});

test('locked, the window that asks for the passphrase comes up for no app that had it closed three times', async () => {
  const { person, device, agent } = await scene();
  await agent.owner.setPassphrase(PASSPHRASE);
  await agent.owner.lock();
  for (const times of [1, 2, 3]) {
    const told = refused(asking(agent, person), 'locked');
    await expect.poll(() => device.prompts()).toBe(times);
    await closeWindow(agent);
    await told;
  }
  await refused(asking(agent, person), 'quiet');
  await refused(asking(device.start(), person), 'quiet');
  expect(device.prompts()).toBe(3);
  await agent.owner.unlock(PASSPHRASE);
  expect(await quietIn(agent)).toMatchObject([{ app: person.app }]);
});
