import { expect, test } from 'vitest';
import { createRate } from '../../src/server/rate.ts';
import { createTime } from './harness.ts';

const times = <Value>(count: number, call: () => Value): Value[] => Array.from({ length: count }, call);

test('a minute’s worth at once, then one after the other, each at its time', () => {
  const { clock, pass } = createTime();
  const rate = createRate(6, clock);
  expect(times(6, () => rate('a'))).toEqual([0, 0, 0, 0, 0, 0]);
  expect(rate('a')).toBe(10);
  pass(9);
  expect(rate('a')).toBe(1);
  pass(1);
  expect(rate('a')).toBe(0);
  expect(rate('a')).toBe(10);
  expect(rate('b')).toBe(0); // each key has its own
  pass(60);
  expect(times(7, () => rate('a'))).toEqual([0, 0, 0, 0, 0, 0, 10]);
});

test('who is refused is not set back by it', () => {
  const { clock, pass } = createTime();
  const rate = createRate(1, clock);
  expect(rate('a')).toBe(0);
  times(100, () => rate('a'));
  pass(60);
  expect(rate('a')).toBe(0);
});

test('0 is no limit', () => {
  const rate = createRate(0, createTime().clock);
  expect(new Set(times(10_000, () => rate('a')))).toEqual(new Set([0]));
});

test('a clock that is set back locks nobody out for longer than a minute', () => {
  let now = 1_000_000_000;
  const rate = createRate(2, { now: () => now });
  times(2, () => rate('a'));
  now -= 500_000_000;
  expect(rate('a')).toBeLessThanOrEqual(60);
  now += 60_000;
  expect(rate('a')).toBe(0);
});

test('keys by the thousand: who is at the limit stays known while those with a full rate make room', () => {
  const { clock, pass } = createTime();
  const rate = createRate(1, clock, 100);
  times(99, () => undefined).forEach((_, n) => rate(`early ${n}`));
  pass(60);
  expect(rate('busy')).toBe(0);
  times(80, () => undefined).forEach((_, n) => rate(`late ${n}`));
  expect(rate('busy')).toBe(60);
});

test('of ever new keys the oldest are forgotten: what is remembered is bounded', () => {
  const { clock } = createTime();
  const rate = createRate(1, clock, 100);
  const keys = times(1000, () => undefined).map((_, n) => `key ${n}`);
  for (const key of keys) expect(rate(key)).toBe(0);
  const known = keys.filter((key) => rate(key) > 0);
  expect(known.length).toBeLessThanOrEqual(100);
});
