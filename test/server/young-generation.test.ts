import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const CAP = 8 * 1024 * 1024;

test('the young generation grows to its bound, and again after an idle time', async () => {
  const program = join(import.meta.dirname, 'young-process.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program, String(CAP)]);
  const [first = 0, idle = 0, again = 0] = JSON.parse(stdout) as number[];
  expect(idle).toBeLessThan(CAP / 2);
  for (const size of [first, again]) {
    expect(size).toBeGreaterThan(CAP / 2);
    expect(size).toBeLessThanOrEqual(CAP);
  }
});
