import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSocket } from '../../extension/platform/socket.ts';
import { newId } from '../../src/protocol/ids.ts';
import type { Clock, Fetch } from '../../src/protocol/ports.ts';
import { createLetterboxTransport } from '../../src/transports/letterbox.ts';
import { connect, createDevice } from './device.ts';
import { createMallory } from './mallory.ts';
import { createPerson, nodeFetch, random, startWorld, type World } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** Bob, who accepted Alice, at a computer whose clock and network can be put off; each worker starts anew over the same disk. */
async function scene() {
  const [bob, alice] = [await createPerson(world), await createPerson(world)];
  const device = await createDevice(world);
  const state = { off: 0, isDown: false };
  const clock: Clock = { now: () => world.clock.now() + state.off };
  const fetch: Fetch = (url, init) =>
    state.isDown ? Promise.reject(new TypeError('no network')) : nodeFetch(url, init);
  const start = () =>
    device.start({ clock, fetch, transports: [createLetterboxTransport({ fetch, clock, openSocket })] });
  const agent = start();
  await connect(agent, bob);
  const forge = createMallory(world, alice, bob);
  await forge.publish();
  await agent.owner.accept({ inbox: bob.address, from: alice.address });
  await agent.work();
  return { bob, alice, start, state, forge };
}

describe.each([
  ['an hour', HOUR],
  ['two months', 60 * DAY],
])('a clock that was %s ahead and is right again', (_, off) => {
  test('finds mail with the next round', async () => {
    const { start, state, forge } = await scene();
    state.off = off;
    await start().work();
    await forge.post();
    state.off = 0;
    const later = start();
    await later.work();
    expect((await later.owner.messages({ limit: 1 })).entries).toMatchObject([
      { content: { state: 'readable' } },
    ]);
  });

  test('counts, locked, with the next round', async () => {
    const { start, state, forge } = await scene();
    await start().owner.setPassphrase('four quiet herons wade');
    await start().work();
    state.off = off;
    await start().owner.lock();
    await start().work();
    await forge.post();
    state.off = 0;
    const later = start();
    await later.work();
    expect((await later.owner.overview()).badge).toBe(1);
  });
});

test('what did not succeed meanwhile is fetched, and goes out, with the next round', async () => {
  const { bob, alice, start, state, forge } = await scene();
  const id = newId(random);
  const file = await forge.fileOf(id);
  await forge.post({ id, signed: file, placed: null });
  state.off = HOUR;
  const ahead = start();
  await ahead.work(); // the delivery comes, its file is not there yet
  state.isDown = true;
  const { address, bucket } = alice;
  await ahead.owner.send({ inbox: bob.address, to: { address, bucket }, text: 'Yes.' });
  await ahead.work();
  expect(await ahead.owner.outbox()).toMatchObject([{ state: 'queued', reason: { code: 'unreachable' } }]);
  await forge.put(id, file);
  [state.off, state.isDown] = [0, false];
  const later = start();
  await later.work();
  expect((await later.owner.messages({ limit: 1 })).entries).toMatchObject([
    { content: { state: 'readable' } },
  ]);
  // she is nobody's agent, and has no server
  expect(await later.owner.outbox()).toMatchObject([{ reason: { code: 'recipient-has-no-server' } }]);
});
