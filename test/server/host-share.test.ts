import { expect, test } from 'vitest';
import { createHostShare } from '../../src/server/host-share.ts';
import { createTime } from './harness.ts';

test('so many within any minute for each key', () => {
  const { clock, pass } = createTime();
  const share = createHostShare(2, clock);
  expect(share('one')).toBe(0);
  pass(50);
  expect(share('one')).toBe(0);
  expect(share('one')).toBe(10);
  expect(share('two')).toBe(0);
  pass(10);
  expect(share('one')).toBe(0);
  expect(share('one')).toBe(50);
});

test('a clock set back locks nobody out', () => {
  const { clock, pass } = createTime();
  const share = createHostShare(1, clock);
  expect(share('one')).toBe(0);
  pass(-3600);
  expect(share('one')).toBe(0);
});

test('remembers so many keys, and forgets the one used longest ago', () => {
  const share = createHostShare(2, createTime().clock, 2);
  for (const key of ['one', 'two', 'one', 'three', 'one']) share(key);
  expect(share('three')).toBe(0);
  expect(share('three')).toBeGreaterThan(0);
  expect(share('two')).toBe(0);
});
