import { afterAll, beforeAll, expect, test } from 'vitest';
import { deploySqlite } from './sqlite.ts';
import { openTheatre, type Round, type Theatre } from './stage.ts';

/** A short run of what `npm run soak` does for long: real processes, real sockets, a fault under load, and a count. */

const CALM = 40;
const ONCE = ['SIGTERM', 'SIGSTOP', 'full disk', 'clock jumps', 'restored backup', 'sockets cut'];
const FAULTS = ['kill -9', 'kill -9', 'kill -9', ...ONCE.filter(isPossible)];

/** What the disk is limited with is Linux's. */
function isPossible(fault: string): boolean {
  return fault !== 'full disk' || process.platform === 'linux';
}

let theatre: Theatre;

beforeAll(async () => {
  theatre = await openTheatre(deploySqlite, 1, CALM);
});

afterAll(() => theatre.close());

test('every fault there is, is tried', () => {
  expect(theatre.faults.map(({ name }) => name).toSorted()).toEqual([...new Set(FAULTS)].toSorted());
});

test.each(FAULTS)('%s, under load: nothing acknowledged is lost, comes twice or is skipped', async (name) => {
  const fault = theatre.faults.find((one) => one.name === name);
  const round = fault && (await theatre.play(fault));
  expect(round).toMatchObject({ lost: 0, duplicated: 0, skipped: 0, miscounted: 0, flaws: [] });
  expect(round?.acknowledged).toBeGreaterThan(CALM);
  expect(Object.keys((round as Round).answers)).toContain('201');
});
