import { describe, expect, test, vi } from 'vitest';
import type { Bucket } from '../../src/protocol/ids.ts';
import { createHarness, type Harness } from './harness.ts';
import { APP, createPerson, START, type Person } from './person.ts';

const alice = createPerson('alice');
const bob = createPerson('bob');

/** An open socket, and what came out of it. */
function connect({ server }: Harness) {
  const said: { type: string; [member: string]: unknown }[] = [];
  const closed: number[] = [];
  const connection = server.events.open({
    send: (text) => void said.push(JSON.parse(text) as (typeof said)[number]),
    close: (code) => void closed.push(code),
  });
  return {
    said,
    closed,
    connection,
    subscribe(person: Person, now = START, exp = now + 300) {
      const token = person.token('read', new Uint8Array(), { now, exp });
      connection.received(JSON.stringify({ type: 'subscribe', token }));
    },
    /** Waits until something of this type was said, so many times. */
    heard: (type: string, times = 1) =>
      vi.waitFor(() => {
        const heard = said.filter((event) => event.type === type);
        expect(heard).toHaveLength(times);
        return heard[times - 1];
      }),
  };
}

async function aliceAndBob() {
  const harness = createHarness();
  await harness.settle(alice);
  await harness.settle(bob);
  return { ...harness, socket: connect(harness) };
}

describe('a subscription', () => {
  test('hints at each new delivery, with the cursor and nothing else', async () => {
    const { socket, send, ask } = await aliceAndBob();
    socket.subscribe(bob);
    expect(await socket.heard('subscribed')).toEqual({ type: 'subscribed', address: bob.address });
    await send(alice, bob, 'one');
    const hint = await socket.heard('hint');
    const { cursor } = (await (await ask(bob, 'read', 'GET', '/messages')).json()) as { cursor: string };
    expect(hint).toEqual({ type: 'hint', address: bob.address, cursor });
    await send(alice, bob, 'one'); // known
    await send(alice, bob, 'two');
    await socket.heard('hint', 2);
  });

  test('covers several inboxes on one socket', async () => {
    const { socket, send } = await aliceAndBob();
    socket.subscribe(bob);
    socket.subscribe(alice);
    await socket.heard('subscribed', 2);
    await send(bob, alice, 'one');
    expect(await socket.heard('hint')).toMatchObject({ address: alice.address });
  });

  test('ends at its token’s end, and can be had anew', async () => {
    const { socket, send, time } = await aliceAndBob();
    socket.subscribe(bob);
    await socket.heard('subscribed');
    time.pass(300);
    expect(await socket.heard('expired')).toEqual({ type: 'expired', address: bob.address });
    await send(alice, bob, 'one');
    socket.subscribe(bob, START + 300);
    await socket.heard('subscribed', 2);
    await send(alice, bob, 'two');
    await socket.heard('hint');
  });

  test('renewed in time it does not end, and hints once', async () => {
    const { socket, send, time } = await aliceAndBob();
    socket.subscribe(bob);
    await socket.heard('subscribed');
    time.pass(200);
    socket.subscribe(bob, START + 200);
    await socket.heard('subscribed', 2);
    time.pass(200);
    expect(socket.said.some(({ type }) => type === 'expired')).toBe(false);
    await send(alice, bob, 'one');
    await socket.heard('hint');
    time.pass(100);
    await socket.heard('expired');
  });

  test('renewed in time it asks the store once an hour, and never ceases to watch', async () => {
    const { socket, store, time } = await aliceAndBob();
    const inbox = vi.spyOn(store, 'inbox');
    const watchers: number[] = [0];
    const change = (by: number): void => void watchers.push((watchers.at(-1) ?? 0) + by);
    const { watch } = store;
    vi.spyOn(store, 'watch').mockImplementation((...input) => {
      const stop = watch(...input);
      change(1);
      return () => {
        stop();
        change(-1);
      };
    });
    for (let renewed = 0; renewed <= 13; renewed += 1) {
      socket.subscribe(bob, START + renewed * 290);
      await socket.heard('subscribed', renewed + 1);
      time.pass(290);
    }
    expect(inbox).toHaveBeenCalledTimes(2);
    expect(Math.min(...watchers.slice(1))).toBe(1);
    socket.connection.closed();
    expect(watchers.at(-1)).toBe(0);
  });

  test('renewed for another bucket it is refused, as it would be at first', async () => {
    const { socket } = await aliceAndBob();
    socket.subscribe(bob);
    await socket.heard('subscribed');
    const token = bob.token('read', new Uint8Array(), {
      bucket: bob.bucket.replace('hub', 'elsewhere') as Bucket,
    });
    socket.connection.received(JSON.stringify({ type: 'subscribe', token }));
    const problem = { type: 'urn:letterbox:problem:token-address' };
    expect(await socket.heard('refused')).toMatchObject({ address: bob.address, problem });
  });
});

describe('a subscription is refused, and the socket stays open', () => {
  const tokens: readonly (readonly [string, string, (person: Person) => string])[] = [
    ['for another act', 'token-act', (person) => person.token('count', new Uint8Array())],
    [
      'with another app',
      'token-address',
      (person) => person.token('read', new Uint8Array(), { app: 'https://other.example' as typeof APP }),
    ],
    [
      'that is over',
      'token-time',
      (person) => person.token('read', new Uint8Array(), { iat: START - 900, exp: START - 600 }),
    ],
    [
      'for another server',
      'token-audience',
      (person) => person.token('read', new Uint8Array(), { aud: APP }),
    ],
  ];
  for (const [what, code, token] of tokens) {
    test(`a token ${what}: ${code}`, async () => {
      const { socket, failures } = await aliceAndBob();
      socket.connection.received(JSON.stringify({ type: 'subscribe', token: token(bob) }));
      const problem = { type: `urn:letterbox:problem:${code}` };
      expect(await socket.heard('refused')).toMatchObject({ address: bob.address, problem });
      socket.subscribe(bob);
      await socket.heard('subscribed');
      expect(socket.closed).toEqual([]);
      expect(failures).toEqual([]);
    });
  }

  test('an inbox that is not here: not-enrolled', async () => {
    const { socket } = await aliceAndBob();
    const carol = createPerson('carol');
    socket.subscribe(carol);
    const problem = { type: 'urn:letterbox:problem:not-enrolled', status: 404 };
    expect(await socket.heard('refused')).toMatchObject({ address: carol.address, problem });
  });

  for (const text of [
    '',
    '{',
    '[]',
    '{"type":"other"}',
    '{"type":"subscribe"}',
    '{"type":"subscribe","token":"a.b.c"}',
  ]) {
    test(`what is no subscription: ${text}`, async () => {
      const { socket, failures } = await aliceAndBob();
      socket.connection.received(text);
      const refusal = await socket.heard('refused');
      expect(refusal).not.toHaveProperty('address');
      expect(failures).toEqual([]);
    });
  }

  test('more than 64', async () => {
    const harness = await aliceAndBob();
    const people = Array.from({ length: 65 }, (_, n) => createPerson(`person ${n}`));
    for (const person of people) await harness.enrol(person);
    for (const person of people) harness.socket.subscribe(person);
    const refusal = await harness.socket.heard('refused');
    expect(refusal).toMatchObject({
      address: people[64]?.address,
      problem: { type: 'urn:letterbox:problem:quota' },
    });
    harness.socket.subscribe(people[0] as Person); // renewing is always possible
    await harness.socket.heard('subscribed', 65);
  });
});

describe('the socket', () => {
  test('beats every twenty seconds', async () => {
    const { socket, time } = await aliceAndBob();
    socket.subscribe(bob);
    await socket.heard('subscribed');
    time.pass(19);
    expect(socket.said.some(({ type }) => type === 'heartbeat')).toBe(false);
    time.pass(41);
    await socket.heard('heartbeat', 3);
  });

  test('is closed ten seconds without a subscription, a refused one not counting', async () => {
    const { socket, time } = await aliceAndBob();
    socket.connection.received('{}');
    await socket.heard('refused');
    time.pass(9);
    expect(socket.closed).toEqual([]);
    time.pass(1);
    expect(socket.closed).toEqual([1008]);
  });

  test('and ten seconds after the last one ended', async () => {
    const { socket, time } = await aliceAndBob();
    socket.subscribe(bob);
    await socket.heard('subscribed');
    time.pass(309);
    expect(socket.closed).toEqual([]);
    time.pass(1);
    expect(socket.closed).toEqual([1008]);
  });

  test('says nothing once it is closed', async () => {
    const { socket, send, time } = await aliceAndBob();
    socket.subscribe(bob);
    await socket.heard('subscribed');
    socket.connection.closed();
    await send(alice, bob, 'one');
    time.pass(1000);
    expect(socket.said).toHaveLength(1);
    expect(socket.closed).toEqual([]);
  });

  test('closed while a token is checked, it leaves nothing behind', async () => {
    const { socket, send, time } = await aliceAndBob();
    socket.subscribe(bob);
    socket.connection.closed();
    await send(alice, bob, 'one');
    time.pass(1000);
    expect(socket.said).toEqual([]);
  });

  test('is closed when it is flooded', async () => {
    const { socket } = await aliceAndBob();
    for (let n = 0; n < 200; n += 1) socket.connection.received('{}');
    expect(socket.closed).toEqual([1008]);
  });
});
