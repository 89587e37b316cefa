import { describe, expect, test } from 'vitest';
import { lockIfAway, lockWithScreen } from '../../../extension/background/auto-lock.ts';
import type { AutoLock, Overview, VaultView } from '../../../src/agent/owner-api.ts';

function ownerWith(autoLock: AutoLock, state: VaultView['state'] = 'open') {
  let locked = 0;
  return {
    locked: () => locked,
    overview: async () => ({ vault: { state, after: 0, autoLock } }) as Overview,
    async lock() {
      locked += 1;
    },
  };
}

/** A person who touched nothing for so many minutes. */
const awayFor = (minutes: number) => async (seconds: number) =>
  minutes * 60 >= seconds ? ('idle' as const) : ('active' as const);

describe('the vault locks', () => {
  test.each([
    [5, 4, 0],
    [5, 5, 1],
    [15, 14, 0],
    [15, 16, 1],
    [60, 59, 0],
    [60, 600, 1],
    ['screen', 600, 0],
    ['never', 600, 0],
  ] as const)('set to %s, after %i minutes without use: %i times', async (autoLock, minutes, times) => {
    const owner = ownerWith(autoLock);
    await lockIfAway(owner, awayFor(minutes));
    expect(owner.locked()).toBe(times);
  });

  test('where the screen was locked before the event of it was heard', async () => {
    const owner = ownerWith(15);
    await lockIfAway(owner, async () => 'locked');
    expect(owner.locked()).toBe(1);
  });

  test.each([
    [15, 1],
    ['screen', 1],
    ['never', 0],
  ] as const)('set to %s, with the screen: %i times', async (autoLock, times) => {
    const owner = ownerWith(autoLock);
    await lockWithScreen(owner);
    expect(owner.locked()).toBe(times);
  });

  test.each(['none', 'locked'] as const)('once: a vault that is %s is left as it is', async (state) => {
    const owner = ownerWith(5, state);
    await lockIfAway(owner, awayFor(600));
    await lockWithScreen(owner);
    expect(owner.locked()).toBe(0);
  });
});
