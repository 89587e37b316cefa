import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Bytes that the old generation takes at most. */
async function most(...args: string[]): Promise<number> {
  const program = join(import.meta.dirname, 'old-process.ts');
  return Number((await promisify(execFile)(process.execPath, [program, ...args])).stdout);
}

test('what was remembered for a while is collected sooner than V8 would by itself', async () => {
  const [usual, sooner] = await Promise.all([most(), most('25')]);
  expect(sooner).toBeGreaterThan(0);
  expect(sooner).toBeLessThan(usual * 0.8);
});
