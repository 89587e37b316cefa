import { expect, test } from 'vitest';
import { createGroupCommit } from '../../src/agent/group-commit.ts';

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

test('what comes while one is written is written together, in order, and nothing twice', async () => {
  const { groups, commit, end } = slow();
  const { add, done } = createGroupCommit(commit);
  for (const item of [1, 2, 3]) add(item);
  expect(groups).toEqual([[1]]);
  await end();
  expect(groups).toEqual([[1], [2, 3]]);
  add(4);
  await end();
  await end();
  await done();
  add(5);
  await end();
  await done();
  expect(groups).toEqual([[1], [2, 3], [4], [5]]);
});

test('it is done when the last one is written', async () => {
  const { commit, end } = slow();
  const { add, done } = createGroupCommit(commit);
  add(1);
  add(2);
  let isDone = false;
  const ended = done().then(() => (isDone = true));
  await end();
  expect(isDone).toBe(false);
  await end();
  await ended;
  expect(isDone).toBe(true);
});

test('one that fails keeps none of the others from being written, and is what done fails with', async () => {
  const { groups, commit, end } = slow();
  const { add, done } = createGroupCommit(commit);
  add(1);
  add(2);
  await end(new Error('the disk is full'));
  await end();
  expect(groups).toEqual([[1], [2]]);
  await expect(done()).rejects.toThrow('the disk is full');
});
