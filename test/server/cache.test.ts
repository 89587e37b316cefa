import { expect, test } from 'vitest';
import { createCache } from '../../src/server/cache.ts';
import { createTime } from './harness.ts';

function setUp(size = 100, most = Infinity) {
  const time = createTime();
  const loaded: string[] = [];
  const cache = createCache<string>({
    clock: time.clock,
    good: 600,
    bad: 60,
    size,
    weight: { most, of: ({ length }) => length },
    keep: (error) => error !== 'busy',
  });
  const get = (key: string, maxAge = 600, result: () => Promise<string> = () => Promise.resolve(key)) =>
    cache(key, maxAge, () => {
      loaded.push(key);
      return result();
    });
  return { time, loaded, get };
}

const outcome = (promise: Promise<string>): Promise<unknown> => promise.catch((error: unknown) => error);

test('a result is kept for its time, and no longer than who asks wants it', async () => {
  const { time, loaded, get } = setUp();
  await get('a');
  time.pass(100);
  await get('a');
  expect(loaded).toHaveLength(1);
  await get('a', 60);
  expect(loaded).toHaveLength(2);
  time.pass(599);
  await get('a');
  expect(loaded).toHaveLength(2);
  time.pass(1);
  await get('a');
  expect(loaded).toHaveLength(3);
});

test('a failure is kept for its own time, unless it is not to be kept', async () => {
  const { time, loaded, get } = setUp();
  const failing = () => Promise.reject(new Error('gone'));
  await outcome(get('a', 600, failing));
  time.pass(59);
  expect(await outcome(get('a'))).toEqual(new Error('gone'));
  time.pass(1);
  expect(await get('a')).toBe('a');
  expect(loaded).toHaveLength(2);

  // oxlint-disable-next-line prefer-promise-reject-errors -- any reason is one
  expect(await outcome(get('b', 600, () => Promise.reject('busy')))).toBe('busy');
  expect(await get('b')).toBe('b');
});

test('who asks while it loads shares the answer', async () => {
  const { loaded, get } = setUp();
  const { promise, resolve } = Promise.withResolvers<string>();
  const both = [get('a', 600, () => promise), get('a', 0)];
  resolve('shared');
  expect(await Promise.all(both)).toEqual(['shared', 'shared']);
  expect(loaded).toHaveLength(1);
});

test('above its size the oldest goes', async () => {
  const { loaded, get } = setUp(2);
  await get('a');
  await get('b');
  await get('a', 0); // loaded anew: now b is the oldest
  await get('c');
  await get('a');
  expect(loaded).toEqual(['a', 'b', 'a', 'c']);
  await get('b');
  expect(loaded).toHaveLength(5);
});

test('above its weight the oldest go, as many as it takes', async () => {
  const { loaded, get } = setUp(100, 10);
  const heavy = () => Promise.resolve('x'.repeat(8));
  for (const key of ['a', 'b', 'c']) await get(key);
  await get('heavy', 600, heavy); // 8 and 3: a goes
  await get('b', 0); // loaded anew, in its own place
  for (const key of ['heavy', 'b', 'c']) await get(key);
  expect(loaded).toEqual(['a', 'b', 'c', 'heavy', 'b']);
  await get('heaviest', 600, () => Promise.resolve('x'.repeat(11))); // more than all: nothing is left
  loaded.length = 0;
  for (const key of ['b', 'c', 'heavy', 'heaviest']) await get(key);
  expect(loaded).toEqual(['b', 'c', 'heavy', 'heaviest']);
});

test('what was loaded under a clock that was set back since is loaded anew, failures too', async () => {
  const { time, loaded, get } = setUp();
  const failing = () => Promise.reject(new Error('gone'));
  time.pass(86_400);
  await get('a');
  await outcome(get('b', 600, failing));
  time.pass(-86_400);
  await get('a');
  expect(await outcome(get('b'))).toBe('b');
  expect(loaded).toEqual(['a', 'b', 'a', 'b']);
});
