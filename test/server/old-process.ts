import { setImmediate } from 'node:timers/promises';
import { getHeapSpaceStatistics } from 'node:v8';
import { collectOldGenerationAt } from '../../src/server/old-generation.ts';

/**
 * The most that the old generation takes, in bytes, while a server remembers so many of those who came last.
 * `node old-process.ts [PERCENT]`
 */

const REMEMBERED = 100_000;
const [percent] = process.argv.slice(2).map(Number);
if (percent !== undefined) collectOldGenerationAt(percent);
const remembered = new Map<number, number[]>();
let most = 0;
for (let came = 0; came < 20 * REMEMBERED; came += 1) {
  remembered.set(
    came,
    Array.from({ length: 20 }, (_, index) => came + index),
  );
  remembered.delete(came - REMEMBERED);
  if (came % 1000 !== 0) continue;
  if (came > 10 * REMEMBERED) most = Math.max(most, oldBytes());
  await setImmediate();
}
process.stdout.write(String(most));

function oldBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')?.space_used_size ?? 0;
}
