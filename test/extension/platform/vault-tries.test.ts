import { expect, test } from 'vitest';
import { NO_TRIES, stillToWait } from '../../../extension/platform/vault-tries.ts';

const NOW = 1_795_300_000_000;
const waitAfter = (refused: number, passed = 0) =>
  stillToWait({ refused, since: NOW }, NOW + passed * 1000).wait / 1000;

test('each wrong passphrase doubles the wait, up to a quarter of an hour', () => {
  expect(stillToWait(NO_TRIES, NOW).wait).toBe(0);
  expect([1, 2, 3, 4, 5, 10, 11, 40, 2000].map((refused) => waitAfter(refused))).toEqual([
    1, 2, 4, 8, 16, 512, 900, 900, 900,
  ]);
});

test('it passes with the clock', () => {
  expect(waitAfter(4, 3)).toBe(5);
  expect(waitAfter(4, 8)).toBe(0);
  expect(waitAfter(4, 1e6)).toBe(0);
});

test('a clock set back by years neither ends the wait nor makes it longer than one', () => {
  const before = { refused: 4, since: NOW };
  const back = NOW - 1e11;
  const { tries, wait } = stillToWait(before, back);
  expect(wait).toBe(8000);
  expect(stillToWait(tries, back + 8000).wait).toBe(0);
});
