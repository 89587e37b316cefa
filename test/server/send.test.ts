import { expect, test } from 'vitest';
import { createHarness, problemOf } from './harness.ts';
import { createPerson, deliveryId, pointer, START } from './person.ts';

const alice = createPerson('alice');
const bob = createPerson('bob');

async function aliceAndBob() {
  const harness = createHarness();
  await harness.settle(alice);
  await harness.settle(bob);
  return harness;
}

test('a pointer is stored, listed to its recipient and counted', async () => {
  const { send, ask } = await aliceAndBob();
  const response = await send(alice, bob, 'one');
  expect(response.status).toBe(201);
  const acceptance = { receivedAt: START, expires: START + 30 * 86_400 };
  expect(await response.json()).toEqual(acceptance);

  const listed = await ask(bob, 'read', 'GET', '/messages');
  expect(await listed.json()).toEqual({
    items: [
      {
        id: deliveryId('one'),
        from: { address: alice.address, bucket: alice.bucket },
        pointer: pointer('one'),
        read: false,
        ...acceptance,
      },
    ],
    cursor: expect.stringMatching(/^[\w-]+$/) as string,
    more: false,
    unread: 1,
    total: 1,
  });
  expect(await (await ask(bob, 'count', 'GET', '/count')).json()).toEqual({ unread: 1, total: 1 });
});

test('the same delivery again is 200 with the same answer; with another pointer it is a conflict', async () => {
  const { send, time } = await aliceAndBob();
  const first: unknown = await (await send(alice, bob, 'one')).json();
  time.pass(3600);
  const second = await send(alice, bob, 'one');
  expect(second.status).toBe(200);
  expect(await second.json()).toEqual(first);
  expect(await problemOf(await send(alice, bob, 'one', { pointer: pointer('two') }))).toBe('409 conflict');
});
