import { expect, test } from 'vitest';
import type { LetterboxError } from '../../src/protocol/errors.ts';
import { createHostBudget } from '../../src/server/host-budget.ts';
import { createTime } from './harness.ts';

function busyFor(take: () => unknown): number | undefined {
  try {
    take();
    return undefined;
  } catch (error) {
    return (error as LetterboxError<'lookup-busy'>).context.after;
  }
}

test('so many at once a host; a place given back twice is one place', () => {
  const { take } = createHostBudget({ atOnce: 2, perMinute: 100 }, createTime().clock);
  const giveBack = take('a');
  take('a');
  expect(busyFor(() => take('a'))).toBe(1);
  expect(busyFor(() => take('b'))).toBeUndefined();
  giveBack();
  giveBack();
  expect(busyFor(() => take('a'))).toBeUndefined();
  expect(busyFor(() => take('a'))).toBe(1);
});

test('so many a minute a host; it says when the next may come', () => {
  const time = createTime();
  const { take } = createHostBudget({ atOnce: 100, perMinute: 2 }, time.clock);
  take('a')();
  time.pass(20);
  take('a')();
  expect(busyFor(() => take('a'))).toBe(40);
  time.pass(39.5);
  expect(busyFor(() => take('a'))).toBe(1);
  time.pass(0.5);
  expect(busyFor(() => take('a')())).toBeUndefined();
  expect(busyFor(() => take('a')())).toBe(20);
});

test('a clock that was ahead for a while locks no host out once it is set back', () => {
  const time = createTime();
  const { take } = createHostBudget({ atOnce: 100, perMinute: 2 }, time.clock);
  time.pass(3600);
  take('a')();
  take('a')();
  expect(busyFor(() => take('a'))).toBe(60);
  time.pass(-3600);
  expect(busyFor(() => take('a')())).toBeUndefined();
});

test('hosts by the thousand do not wash out who is still busy', () => {
  const time = createTime();
  const { take } = createHostBudget({ atOnce: 1, perMinute: 100 }, time.clock);
  take('busy');
  for (let n = 0; n < 3000; n += 1) take(`host ${n}`)();
  time.pass(61);
  take('another')();
  expect(busyFor(() => take('busy'))).toBe(1);
});
