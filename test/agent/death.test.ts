import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Agent } from '../../src/agent/agent.ts';
import type { OwnerApi } from '../../src/agent/owner-api.ts';
import { callerOf, createDevice, POWERS, type Device } from './device.ts';
import { mortal, type Mortal } from './mortal.ts';
import { callerFor } from '../transports/peer.ts';
import { createPerson, startWorld, type Person, type World } from './world.ts';

/**
 * The worker can die at any await. The journey is played again and again; each time the agents of both sides die before
 * other calls to their ports, new ones start over the same stores, the pages repeat their calls, and in the end each
 * message must be there once. Dying after a call is dying before the next one, for nothing on disk changes in between.
 */

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

interface Side {
  readonly first: number;
  readonly person: Person;
  readonly device: Device;
  /** What the person sees; looking costs no one's life. */
  readonly eyes: OwnerApi;
  agent: Agent;
  life: Mortal;
  deaths: number;
}

async function createSide(first: number): Promise<Side> {
  const [person, device] = [await createPerson(world), await createDevice(world)];
  const life = mortal(device, first);
  const eyes = device.start().owner;
  return { first, person, device, eyes, life, agent: device.start(life.ports), deaths: 0 };
}

/** Does one thing until it is done; what died in between is started again, and the thing is done again. */
async function step(side: Side, act: (agent: Agent) => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 60; tries += 1) {
    const end = await Promise.race([act(side.agent), side.life.death]);
    if (end === true) return;
    if (end === 'dead') {
      side.deaths += 1;
      side.life = mortal(side.device, EVERY + side.first + side.deaths);
      side.agent = side.device.start(side.life.ports);
    } else world.pass(10_000); // a try of the dead one was still under way: both step back
  }
  throw new Error('it never comes to an end');
}

/** A page's call that needs the person: they answer whatever is asked, as often as it is. */
async function answered<Result>(side: Side, call: (agent: Agent) => Promise<Result>): Promise<Result> {
  let result: { value: Result } | undefined;
  await step(side, async (agent) => {
    const calling = call(agent).then((value) => ({ value }));
    const { life } = side;
    while (life === side.life) {
      const news = await Promise.race([calling, side.eyes.approvals()]);
      if ('value' in news) {
        result = news;
        return true;
      }
      const [question] = news;
      if (question !== undefined) await agent.owner.decide(question.id, { approve: true, powers: POWERS });
    }
    return false; // it died, and this try with it
  });
  if (result === undefined) throw new Error('no answer');
  return result.value;
}

async function play(alice: Side, bob: Side): Promise<void> {
  for (const side of [alice, bob]) {
    const caller = callerOf(side.person, 'connect');
    await answered(side, (agent) => agent.page.connect(caller, { session: side.person.session }));
    await step(side, async (agent) => {
      await agent.work();
      const [app] = (await agent.owner.overview()).apps;
      return app?.publishedAt !== undefined && app.servers.every(({ state }) => state === 'fine');
    });
  }
  const to = { address: bob.person.address, bucket: bob.person.bucket };
  const sent = await answered(alice, (agent) =>
    agent.page.send(callerOf(alice.person, 'send'), { to, body: 'Dinner on Friday?' }),
  );
  await step(alice, (agent) => isSent(agent, 'accepted'));

  await step(bob, async ({ owner }) => {
    await owner.syncNow();
    return (await owner.requests()).length === 1;
  });
  await step(bob, async (agent) => {
    await agent.owner.accept({ inbox: bob.person.address, from: alice.person.address });
    await agent.work();
    return (await agent.owner.overview()).unread === 1;
  });
  await step(bob, async (agent) => {
    await agent.page.markRead(callerOf(bob.person), [{ from: alice.person.address, id: sent.id }]);
    await agent.work();
    return (await agent.owner.overview()).badge === 0;
  });
  await answered(bob, (agent) =>
    agent.page.send(callerOf(bob.person, 'answer'), { to: alice.person.address, body: 'Yes.' }),
  );
  await step(bob, (agent) => isSent(agent, 'accepted'));

  await step(alice, async ({ owner }) => {
    await owner.syncNow();
    return (await owner.overview()).unread === 1;
  });
  await receipted(alice, bob);
  await receipted(bob, alice);
}

/** Who owes the receipt works on meanwhile, as their own alarms have them do: its first try may have failed. */
async function receipted(side: Side, other: Side): Promise<void> {
  await step(side, async (agent) => {
    await other.eyes.syncNow();
    return isSent(agent, 'delivered');
  });
}

async function isSent(agent: Agent, state: string): Promise<boolean> {
  await agent.owner.syncNow();
  const items = await agent.owner.outbox();
  return items.length === 1 && items[0]?.state === state;
}

/** What each holds in the end, and how much its server: a message and a receipt, posted over and over or not. */
async function outcomeFor({ device, person }: Side) {
  const agent = device.start();
  await agent.work();
  const { entries } = await agent.owner.messages({ limit: 10 });
  const rows = await device.store.read(['entries'], (tx) => tx.list('entries'));
  const server = { type: 'letterbox', url: world.server.url } as const;
  const listed = await device.ports.transports[0]?.list(server, callerFor(person), undefined);
  return {
    deliveries: listed?.total,
    texts: entries.map(({ content }) => (content.state === 'readable' ? content.text : content.state)),
    rows: rows.map(({ content }) => content.state).toSorted(),
    reported: device.reported,
  };
}

const EVERY = 40;

/** Each call up to the fortieth is once the last one of a first life; later lives end further and further on. */
const starts = Array.from({ length: EVERY }, (_, index) => index + 1);

test.each(starts)('whoever dies before their call %i, and again and again', async (first) => {
  const alice = await createSide(first);
  const bob = await createSide(first);
  await play(alice, bob);
  const kept = { deliveries: 2, rows: ['readable', 'receipt'], reported: [] };
  expect(await outcomeFor(alice)).toEqual({ texts: ['Yes.'], ...kept });
  expect(await outcomeFor(bob)).toEqual({ texts: ['Dinner on Friday?'], ...kept });
  expect(alice.deaths).toBeGreaterThan(1);
  expect(bob.deaths).toBeGreaterThan(1);
});
