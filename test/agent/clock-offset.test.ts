import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSocket } from '../../extension/platform/socket.ts';
import { LetterboxError } from '../../src/protocol/errors.ts';
import type { Clock } from '../../src/protocol/ports.ts';
import type { Transport } from '../../src/protocol/transport.ts';
import { createLetterboxTransport } from '../../src/transports/letterbox.ts';
import { connect, createDevice } from './device.ts';
import { createMallory } from './mallory.ts';
import { createPerson, nodeFetch, startWorld, type TestServer, type World } from './world.ts';

const HOUR = 3_600_000;

let world: World;
let second: TestServer;
beforeAll(async () => {
  world = await startWorld();
  second = await world.startServer();
});
afterAll(() => world.stop());

/** Bob at a computer whose clock is off, by milliseconds that can be changed; whom it asks before it publishes. */
async function scene(off: number, askTime?: Transport['askTime']) {
  const [bob, alice] = [await createPerson(world), await createPerson(world)];
  const device = await createDevice(world);
  const time = { off };
  const clock: Clock = { now: () => world.clock.now() + time.off };
  const start = () => {
    const real = createLetterboxTransport({ fetch: nodeFetch, clock, openSocket });
    return device.start({ clock, transports: [askTime === undefined ? real : { ...real, askTime }] });
  };
  const agent = start();
  await connect(agent, bob);
  const offset = async (by = agent) => (await by.owner.overview()).clockOffset;
  return { bob, alice, agent, device, time, start, offset };
}

test('a clock that is right, or off by less than everybody allows for, is not spoken of', async () => {
  expect(await (await scene(0)).offset()).toBe(0);
  expect(await (await scene(-30_000)).offset()).toBe(0);
});

test('an hour behind, mail comes and storage is open all the same, and the person is told', async () => {
  const { bob, alice, agent, offset } = await scene(-HOUR);
  expect(await offset()).toBe(3600);
  const forge = createMallory(world, alice, bob);
  await forge.publish();
  world.pass(HOUR); // what was signed within it would be from the future here
  await agent.owner.accept({ inbox: bob.address, from: alice.address });
  await agent.work();
  await forge.post();
  await agent.owner.syncNow();
  expect((await agent.owner.messages({ limit: 1 })).entries).toMatchObject([
    { content: { state: 'readable' } },
  ]);
  const app = (await agent.owner.overview()).apps[0];
  expect(app).not.toHaveProperty('storageTrouble');
  expect(app?.servers).toMatchObject([{ state: 'fine' }]);
});

test('an hour behind, what was signed just now waits for the clock to be set right', async () => {
  const { bob, alice, agent, time } = await scene(-HOUR);
  const forge = createMallory(world, alice, bob);
  await forge.publish();
  await agent.owner.accept({ inbox: bob.address, from: alice.address });
  await agent.work();
  await forge.post();
  await agent.owner.syncNow();
  const first = async () => (await agent.owner.messages({ limit: 1 })).entries[0];
  expect((await first())?.content).toEqual({ state: 'fetching' });
  time.off = 0;
  await agent.work();
  expect((await first())?.content).toMatchObject({ state: 'readable' });
});

test('an hour ahead, the server says its time instead of what it cannot understand', async () => {
  const unheard = () => Promise.reject(new LetterboxError('unreachable', { url: '', problem: 'cut off' }));
  const { agent, offset } = await scene(HOUR, unheard); // so that it publishes all the same
  expect(await offset()).toBe(-3600);
  const now = Math.floor(world.clock.now() / 1000);
  expect((await agent.owner.overview()).apps[0]?.servers).toMatchObject([
    { problem: { code: 'token-time', context: { now } } },
  ]);
});

test('once the clock is right again, that is over, for this worker and the next', async () => {
  const { time, agent, start, offset } = await scene(-HOUR);
  time.off = 0;
  const next = start();
  await next.owner.syncNow();
  expect(await offset(next)).toBe(0);
  time.off = -HOUR;
  await agent.owner.syncNow();
  expect(await offset()).toBe(3600);
  time.off = 0;
  await agent.owner.syncNow();
  expect(await offset()).toBe(0);
});

test('one server alone is not believed where another one agrees with the computer', async () => {
  const { bob, device } = await scene(0);
  const real = createLetterboxTransport({ fetch: nodeFetch, clock: world.clock, openSocket });
  const liar = { ...real, clockOffset: ({ url }: { url: string }) => (url === second.url ? 9000 : 0) };
  const agent = device.start({ transports: [liar] });
  const entries = [second.url, world.server.url].map((url) => ({ type: 'letterbox', url }) as const);
  await agent.owner.setServers(bob.address, entries.slice(0, 1));
  await agent.work();
  await agent.owner.setServers(bob.address, entries);
  await agent.work();
  expect((await agent.owner.overview()).clockOffset).toBe(0);
});
