import { expect, test } from 'vitest';
import { createLimiter } from '../../../extension/background/limiter.ts';
import type { Origin } from '../../../src/protocol/ids.ts';

const A = 'https://a.example' as Origin;
const B = 'https://b.example' as Origin;

test('sixty calls at once, then ten a second, for each app by itself', () => {
  let now = 1000;
  const leave = createLimiter({ now: () => now });
  const taken = (app: Origin, tries: number) =>
    Array.from({ length: tries }, () => leave(app)).filter(Boolean).length;

  expect(taken(A, 100)).toBe(60);
  expect(taken(B, 1)).toBe(1);
  now += 1000;
  expect(taken(A, 100)).toBe(10);
  now += 3_600_000;
  expect(taken(A, 100)).toBe(60);
});

test('a clock that is set back gives and takes nothing', () => {
  let now = 10_000;
  const leave = createLimiter({ now: () => now });
  for (let call = 0; call < 60; call += 1) leave(A);
  now = 0;
  expect(leave(A)).toBe(false);
  now = 100;
  expect(leave(A)).toBe(true);
});
