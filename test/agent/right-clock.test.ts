import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSocket } from '../../extension/platform/socket.ts';
import { readRecord } from '../../src/gaia/records.ts';
import { isLetterboxError, LetterboxError } from '../../src/protocol/errors.ts';
import type { Clock } from '../../src/protocol/ports.ts';
import type { VerifiedRecord } from '../../src/protocol/record.ts';
import { createLetterboxTransport, type LetterboxEntry } from '../../src/transports/letterbox.ts';
import { connect, createDevice } from './device.ts';
import { createPerson, LOOPBACK, nodeFetch, startWorld, type TestServer, type World } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let world: World;
let second: TestServer;
beforeAll(async () => {
  world = await startWorld();
  second = await world.startServer();
});
afterAll(() => world.stop());

const entry = (url: LetterboxEntry['url']): LetterboxEntry => ({ type: 'letterbox', url });

/** What one server says of the time in place of its own word: seconds by which it is ahead, or nothing, at once or ever. */
type Says = Partial<Record<string, number | 'nothing' | 'never'>>;

/** Bob at a computer whose clock is off, by milliseconds that can be changed. */
async function scene(off: number, says: Says = {}) {
  const bob = await createPerson(world);
  const device = await createDevice(world);
  const time = { off };
  const clock: Clock = { now: () => world.clock.now() + time.off };
  const real = createLetterboxTransport({ fetch: nodeFetch, clock, openSocket });
  const askTime: typeof real.askTime = async (server, caller) => {
    const word = says[server.url];
    if (word === 'nothing') throw new LetterboxError('unreachable', { url: server.url, problem: 'cut off' });
    if (word === 'never') return Promise.withResolvers<number>().promise;
    return word ?? real.askTime(server, caller);
  };
  const agent = device.start({ clock, transports: [{ ...real, askTime }] });
  await connect(agent, bob);
  /** As others read it. */
  const published = async (): Promise<VerifiedRecord | undefined> => {
    try {
      return (await readRecord(bob.bucket, { ...LOOPBACK, fetch: nodeFetch, clock: world.clock })).record;
    } catch (error) {
      if (isLetterboxError(error, 'record-not-found')) return undefined;
      throw error;
    }
  };
  const app = async () => (await agent.owner.overview()).apps[0];
  return { bob, agent, time, says, published, app };
}

test('an hour ahead, nothing is published, however often it is tried, and the person is told', async () => {
  const { agent, published, app } = await scene(HOUR);
  for (const again of [() => agent.work(), () => agent.owner.syncNow()]) {
    expect(await published()).toBeUndefined();
    expect((await app())?.problem).toMatchObject({ code: 'clock-wrong' });
    expect((await agent.owner.overview()).clockOffset).toBe(-3600);
    await again();
  }
  expect(await published()).toBeUndefined();
});

test('once it is right again, the record is published by itself and taken at once', async () => {
  const { agent, time, published, app } = await scene(HOUR);
  time.off = 0;
  await agent.work();
  expect((await published())?.seq).toBeLessThanOrEqual(world.clock.now());
  expect(await app()).toMatchObject({ servers: [{ state: 'fine' }] });
  expect(await app()).not.toHaveProperty('problem');
  expect((await agent.owner.overview()).clockOffset).toBe(0);
});

test('a renewal waits likewise, and the record that is there stays', async () => {
  const { agent, time, published, app } = await scene(0);
  const first = await published();
  world.pass(31 * DAY);
  time.off = HOUR;
  await agent.work();
  expect(await published()).toEqual(first);
  expect((await app())?.problem).toMatchObject({ code: 'clock-wrong' });
  expect((await app())?.servers).toMatchObject([{ state: 'fine' }]); // mail comes all the same
  time.off = 0;
  await agent.work();
  expect((await published())?.iat).toBe(Math.floor(world.clock.now() / 1000));
});

test.for([
  ['nine minutes ahead', 9 * MINUTE],
  ['an hour behind', -HOUR],
] as const)('%s, it is published: that much is allowed for', async ([, off]) => {
  const { published } = await scene(off);
  expect(await published()).toBeDefined();
});

test('so far behind that it would run out before it is renewed, it is not', async () => {
  const { published, app } = await scene(-71 * DAY);
  expect(await published()).toBeUndefined();
  expect((await app())?.problem).toMatchObject({ code: 'clock-wrong' });
});

test('where no server answers, this computer’s clock counts', async () => {
  const { published } = await scene(0, { [world.server.url]: 'nothing' });
  expect(await published()).toBeDefined();
});

test('one server alone is not believed where another finds the clock right', async () => {
  const { bob, agent, published } = await scene(0, { [second.url]: -3600 });
  await agent.owner.setServers(bob.address, [entry(second.url), entry(world.server.url)]);
  await agent.work();
  expect((await published())?.servers).toHaveLength(2);
});

test('a server that never answers holds nothing up where another finds the clock right', async () => {
  const { bob, agent, published } = await scene(0, { [second.url]: 'never' });
  await agent.owner.setServers(bob.address, [entry(second.url), entry(world.server.url)]);
  await agent.work();
  expect((await published())?.servers).toHaveLength(2);
});

test('where all find it wrong, the one that finds it the least wrong is told of', async () => {
  const { bob, agent, says, app } = await scene(0);
  Object.assign(says, { [second.url]: -9000, [world.server.url]: -4000 });
  await agent.owner.setServers(bob.address, [entry(second.url), entry(world.server.url)]);
  await agent.work();
  const now = Math.floor(world.clock.now() / 1000);
  expect((await app())?.problem).toEqual({ code: 'clock-wrong', context: { now, theirs: now - 4000 } });
});

test('a server that lies keeps nobody: naming another one, or none, gets past it', async () => {
  const { bob, agent, published, app } = await scene(0, { [world.server.url]: -3600 });
  expect((await app())?.problem).toMatchObject({ code: 'clock-wrong' });
  await agent.owner.setServers(bob.address, [entry(second.url)]);
  await agent.work();
  expect((await published())?.servers).toEqual([entry(second.url)]);
  expect(await app()).not.toHaveProperty('problem');
  await agent.owner.setServers(bob.address, []);
  await agent.work();
  expect((await published())?.servers).toEqual([]);
});
