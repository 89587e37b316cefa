import { expect, onTestFinished, test, vi } from 'vitest';
import { LetterboxError } from '../../src/protocol/errors.ts';
import { RETENTION_SECONDS } from '../../src/server/stores/rules.ts';
import { keepRetention } from '../../src/server/retention.ts';
import type { Store } from '../../src/server/stores/store.ts';
import { createHarness, createTime } from './harness.ts';
import { createPerson } from './person.ts';

const alice = createPerson('alice');
const bob = createPerson('bob');

const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** A store of which only the sweep is there: it gives back what it is told, call by call. */
function sweeping(...results: (number | Error)[]) {
  const asked: [now: number, limit: number][] = [];
  const sweep: Store['sweep'] = async (now, limit) => {
    asked.push([now, limit]);
    const result = results.shift() ?? 0;
    if (result instanceof Error) throw result;
    return result;
  };
  let ahead = 0;
  const time = createTime();
  const clock = { now: () => time.clock.now() + ahead };
  const failures: unknown[] = [];
  const log = { answered: () => undefined, failed: (error: unknown) => void failures.push(error) };
  const stop = keepRetention({ store: { sweep } as Store, log, clock, timer: time.timer });
  onTestFinished(stop);
  const jump = (seconds: number): void => {
    ahead += seconds * 1000;
  };
  return { asked, time, jump, failures, stop };
}

test('it goes on batch by batch until one is not full, and again a minute later', async () => {
  const { asked, time } = sweeping(200, 200, 199);
  await vi.waitFor(() => expect(asked).toHaveLength(3));
  await nextTurn();
  const start = asked[0]?.[0];
  expect(asked).toEqual([1, 2, 3].map(() => [start, 200]));
  time.pass(59);
  expect(asked).toHaveLength(3);
  time.pass(1);
  await vi.waitFor(() => expect(asked).toHaveLength(4));
  expect(asked[3]?.[0]).toBe(Number(start) + 60);
});

test('a clock that jumps ahead erases little before somebody sets it right', async () => {
  const { asked, time, jump } = sweeping();
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  const [start = 0] = asked[0] ?? [];
  jump(365 * 86_400);
  for (const round of [2, 3]) {
    await nextTurn(); // the round before is through, and the next one waits for its minute
    time.pass(60);
    await vi.waitFor(() => expect(asked).toHaveLength(round));
  }
  await nextTurn();
  jump(-365 * 86_400);
  time.pass(60);
  await vi.waitFor(() => expect(asked).toHaveLength(4));
  expect(asked.map(([now]) => now - start)).toEqual([0, 600, 1200, 180]);
});

test('a store that fails is told of, and asked again a minute later', async () => {
  const failure = new LetterboxError('unavailable', {});
  const { asked, time, failures } = sweeping(failure, 0);
  await vi.waitFor(() => expect(failures).toEqual([failure]));
  await nextTurn();
  time.pass(60);
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  expect(failures).toHaveLength(1);
});

test('stopped, it waits for the batch under way and begins no other', async () => {
  const { asked, time, stop } = sweeping(200, 200, 200);
  await stop();
  expect(asked).toHaveLength(1);
  time.pass(120);
  expect(asked).toHaveLength(1);
});

test('through the server: after 30 days a delivery is gone, and its id is free again', async () => {
  const harness = createHarness();
  const { store, time, ask, send } = harness;
  await harness.settle(bob);
  await harness.settle(alice);
  expect((await send(alice, bob, 'one')).status).toBe(201);
  const stop = keepRetention({ store, ...time, log: { answered: () => undefined, failed: expect.fail } });
  onTestFinished(stop);
  const count = async (): Promise<unknown> => (await ask(bob, 'count', 'GET', '/count')).json();

  time.pass(RETENTION_SECONDS - 1);
  expect(await count()).toEqual({ unread: 1, total: 1 });
  expect((await send(alice, bob, 'one')).status).toBe(200);
  time.pass(1);
  expect(await count()).toEqual({ unread: 0, total: 0 });
  expect(await (await ask(bob, 'read', 'GET', '/messages')).json()).toMatchObject({ items: [] });
  expect((await send(alice, bob, 'one')).status).toBe(201);
  expect(await count()).toEqual({ unread: 1, total: 1 });
});
