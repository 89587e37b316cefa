import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSocket } from '../../extension/platform/socket.ts';
import { createSoon } from '../../src/agent/soon.ts';
import type { Fetch, Timer } from '../../src/protocol/ports.ts';
import { createLetterboxTransport } from '../../src/transports/letterbox.ts';
import type { SocketEvents } from '../../src/transports/socket.ts';
import { connect, createDevice } from './device.ts';
import { createPerson, nodeFetch, startWorld, type World } from './world.ts';

/** A timer that goes off by hand. */
function createHand() {
  const waiting = new Map<() => void, number>();
  const timer: Timer = {
    after(milliseconds, call) {
      waiting.set(call, milliseconds);
      return () => void waiting.delete(call);
    },
  };
  return {
    timer,
    /** How long each still waits. */
    waits: () => [...waiting.values()],
    goOff() {
      const calls = [...waiting.keys()];
      waiting.clear();
      for (const call of calls) call();
    },
  };
}

describe('coming back soon', () => {
  const clock = { now: () => 1000 };

  test('is for what is due before the next alarm, and the newest word counts', () => {
    const hand = createHand();
    let runs = 0;
    const soon = createSoon({ clock, timer: hand.timer }, () => (runs += 1));
    for (const time of [6000, 3000]) soon.at(time);
    expect(hand.waits()).toEqual([2000]);
    soon.at(27_000);
    expect(hand.waits()).toEqual([]);
    soon.at(Infinity);
    soon.at(500);
    expect(hand.waits()).toEqual([0]);
    hand.goOff();
    expect(runs).toBe(1);
  });
});

describe('an agent', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.stop());

  test('tries again within seconds what failed once, without an alarm', async () => {
    const bob = await createPerson(world);
    const device = await createDevice(world);
    const hand = createHand();
    let isDown = true;
    const fetch: Fetch = async (url, init) => {
      if (isDown && url.startsWith(world.server.url)) throw new TypeError('network');
      return nodeFetch(url, init);
    };
    const transports = [createLetterboxTransport({ fetch, clock: world.clock, openSocket })];
    const agent = device.start({ timer: hand.timer, transports });
    await connect(agent, bob);
    expect(hand.waits()).toEqual([expect.closeTo(5000, -3.4)]);
    isDown = false;
    world.pass(6000);
    hand.goOff();
    await agent.work(); // joins the run that has begun
    expect((await agent.owner.overview()).apps[0]?.servers[0]?.state).toBe('fine');
    expect(hand.waits()).toEqual([]); // the next poll is the alarm's
  });

  test('opens a lost socket again within seconds, and not at once', async () => {
    const bob = await createPerson(world);
    const device = await createDevice(world);
    const hand = createHand();
    const opened: SocketEvents[] = [];
    const transports = [
      createLetterboxTransport({
        fetch: nodeFetch,
        clock: world.clock,
        openSocket(_url, events) {
          opened.push(events);
          return { send: () => undefined, close: () => undefined };
        },
      }),
    ];
    const agent = device.start({ timer: hand.timer, transports });
    await connect(agent, bob);
    await agent.listen();
    expect(opened).toHaveLength(1);
    opened[0]?.closed(new Error('the server restarts'));
    await agent.work();
    expect(opened).toHaveLength(1);
    expect(hand.waits()).toEqual([expect.closeTo(5000, -3.4)]);
    world.pass(6000);
    hand.goOff();
    await agent.work();
    expect(opened).toHaveLength(2);
    agent.unlisten();
  });
});
