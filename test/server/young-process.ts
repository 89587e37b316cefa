import { setImmediate, setTimeout } from 'node:timers/promises';
import { getHeapSpaceStatistics } from 'node:v8';
import { capYoungGeneration } from '../../src/server/young-generation.ts';

/**
 * What the young generation takes, in bytes: at work, after an idle time, at whose collections
 * V8 makes it small, and at work again. `node --expose-gc young-process.ts BYTES`
 */

const cap = Number(process.argv[2]);
capYoungGeneration(cap);
const sizes: number[] = [];
await work();
sizes.push(youngBytes());
for (let tries = 0; tries < 300 && youngBytes() >= cap / 2; tries += 1) {
  await setTimeout(100);
  gc?.();
}
sizes.push(youngBytes());
await work();
sizes.push(youngBytes());
process.stdout.write(JSON.stringify(sizes));

/** Makes as much as a server in a minute, a little of which lives for some turns. */
async function work(): Promise<void> {
  let living: number[][] = [];
  for (let round = 0; round < 200; round += 1) {
    for (let each = 0; each < 1000; each += 1) living.push([each, each, each, each, each, each, each, each]);
    if (living.length > 50_000) living = [];
    await setImmediate();
  }
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0;
}
