import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSocket } from '../../extension/platform/socket.ts';
import type { Agent } from '../../src/agent/agent.ts';
import type { Fetch } from '../../src/protocol/ports.ts';
import { createLetterboxTransport } from '../../src/transports/letterbox.ts';
import { ALL_POWERS, connect, createDevice } from './device.ts';
import { createPerson, nodeFetch, startWorld, type World } from './world.ts';

const MINUTE = 60_000;
const HOURS_OF_ROUNDS = 5 * 60;

let world: World;
let scenes = 0;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** Alice and Bob, who know each other by name, his computer without a network for hours: a round each minute, as alarms have it. */
async function scene() {
  scenes += 1;
  const [alice, bob] = [
    await createPerson(world, `alice${String(scenes)}`),
    await createPerson(world, `bob${String(scenes)}`),
  ];
  const her = (await createDevice(world)).start();
  const device = await createDevice(world);
  const state = { isDown: false };
  const fetch: Fetch = (url, init) =>
    state.isDown ? Promise.reject(new TypeError('no network')) : nodeFetch(url, init);
  const { clock } = world;
  const start = () =>
    device.start({ fetch, transports: [createLetterboxTransport({ fetch, clock, openSocket })] });
  const his = start();
  await connect(her, alice, ALL_POWERS);
  await connect(his, bob, ALL_POWERS);
  await her.owner.send({ inbox: alice.address, to: bob.name ?? '', text: 'Dinner on Friday?' });
  await her.work();
  world.pass(MINUTE);
  await his.work();
  state.isDown = true;
  await his.owner.accept({ inbox: bob.address, from: alice.address });
  await his.owner.send({ inbox: bob.address, to: alice.address, text: 'Yes.' });
  for (let round = 0; round < HOURS_OF_ROUNDS; round += 1) {
    world.pass(MINUTE);
    await start().work();
  }
  expect(await start().owner.outbox()).toMatchObject([
    { state: 'queued', address: alice.address, reason: { code: 'unreachable' } },
  ]);
  state.isDown = false;
  const agent = start();
  return { agent, alice, bob };
}

/** What had to wait for the network: a message that goes out, one that comes, and who it is from. */
async function waited({ owner }: Agent) {
  const { entries } = await owner.messages({ limit: 1 });
  const came = entries.map(({ content, sender }) => [content.state, sender.name?.name]);
  return { went: (await owner.outbox()).map(({ state }) => state), came };
}

test('once the network is back everything is done at once, however long it had failed', async () => {
  const { agent, alice } = await scene();
  await agent.online();
  expect(await waited(agent)).toEqual({ went: ['accepted'], came: [['readable', alice.name]] });
});

test('one server that answers again has everything else tried, too', async () => {
  const { agent, alice, bob } = await scene();
  await agent.owner.syncServer({ inbox: bob.address, server: { type: 'letterbox', url: world.server.url } });
  expect(await waited(agent)).toEqual({ went: ['accepted'], came: [['readable', alice.name]] });
});
