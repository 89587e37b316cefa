import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createLogLines } from '../../src/server/log-lines.ts';

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

test('the first line of a turn is written at once, the others together at its end', async () => {
  const written: string[] = [];
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  onTestFinished(() => spy.mockRestore());
  const lines = createLogLines();
  for (const line of ['one\n', 'two\n', 'three\n']) lines.write(line);
  expect(written).toEqual(['one\n']);
  await turn();
  expect(written).toEqual(['one\n', 'two\nthree\n']);
  lines.write('four\n');
  expect(written).toEqual(['one\n', 'two\nthree\n', 'four\n']);
  await turn();
  expect(written).toHaveLength(3);
});

test('what ends the process writes the rest', () => {
  const module = JSON.stringify(join(import.meta.dirname, '../../src/server/log-lines.ts'));
  const source = `import { createLogLines } from ${module};
    const lines = createLogLines();
    for (const line of ['one', 'two', 'three']) lines.write(line + ' ');
    process.exit(3);`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 3, stderr: 'one two three ' });
});
