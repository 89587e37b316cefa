import { expect, test } from 'vitest';
import { createGroupCommit } from '../../src/agent/group-commit.ts';

/** Rests that end when the test says so. */
function slowTimer() {
  const calls = new Set<() => void>();
  const timer = {
    after(_: number, call: () => void) {
      calls.add(call);
      return () => calls.delete(call);
    },
  };
  const rested = async (): Promise<void> => {
    for (const call of calls) call();
    calls.clear();
    await new Promise(setImmediate);
  };
  return { timer, rested, resting: () => calls.size };
}

/** A commit that ends when the test says so. */
function slow() {
  const groups: (readonly number[])[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const commit = (items: readonly number[]): Promise<void> => {
    groups.push(items);
    return new Promise((resolve, reject) => {
      ends.push((error) => (error === undefined ? resolve() : reject(error)));
    });
  };
  const end = async (error?: Error): Promise<void> => {
    ends.shift()?.(error);
    await new Promise(setImmediate);
  };
  return { groups, commit, end };
}

test('what comes while one is written, and in the rest after it, is written together, in order, and nothing twice', async () => {
  const { groups, commit, end } = slow();
  const { timer, rested } = slowTimer();
  const { add, done } = createGroupCommit(timer, commit);
  for (const item of [1, 2, 3]) add(item);
  expect(groups).toEqual([[1]]);
  await end();
  add(4);
  expect(groups).toEqual([[1]]);
  await rested();
  expect(groups).toEqual([[1], [2, 3, 4]]);
  await end();
  await rested();
  add(5);
  expect(groups).toEqual([[1], [2, 3, 4], [5]]);
  await end();
  await done();
  add(6);
  await end();
  await done();
  expect(groups).toEqual([[1], [2, 3, 4], [5], [6]]);
});

test('what comes last waits for no rest, and it is done when that is written', async () => {
  const { groups, commit, end } = slow();
  const { timer, resting } = slowTimer();
  const { add, done } = createGroupCommit(timer, commit);
  add(1);
  await end();
  add(2);
  let isDone = false;
  const ended = done().then(() => (isDone = true));
  await new Promise(setImmediate);
  expect(groups).toEqual([[1], [2]]);
  expect(isDone).toBe(false);
  await end();
  await ended;
  expect(isDone).toBe(true);
  expect(resting()).toBe(0);
});

test('one that fails keeps none of the others from being written, and is what done fails with', async () => {
  const { groups, commit, end } = slow();
  const { timer, rested } = slowTimer();
  const { add, done } = createGroupCommit(timer, commit);
  add(1);
  add(2);
  await end(new Error('the disk is full'));
  await rested();
  await end();
  expect(groups).toEqual([[1], [2]]);
  await expect(done()).rejects.toThrow('the disk is full');
});
