import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { createMovableClock, LIBRARY } from './clock.ts';

/** A program that says, for each line that it is told, what time it takes it for. */
const PROGRAM = 'process.stdin.on("data", () => console.log(Date.now()))';

function startProgram(library: string): { move: (seconds: number) => void; ahead: () => Promise<number> } {
  const folder = mkdtempSync(join(tmpdir(), 'letterbox-clock-'));
  const { flags, env, move } = createMovableClock(folder, library);
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [...flags, '--eval', PROGRAM], {
    env: { ...process.env, ...env },
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  const lines = createInterface(child.stdout);
  return {
    move,
    ahead: () =>
      new Promise((resolve) => {
        lines.once('line', (line) => resolve(Math.round((Number(line) - Date.now()) / 1000)));
        child.stdin.write('\n');
      }),
  };
}

const LIBRARIES = ['', ...(LIBRARY === undefined ? [] : [LIBRARY])];

test.each(LIBRARIES)('a process’s clock goes ahead and back, by the library “%s”', async (library) => {
  const { move, ahead } = startProgram(library);
  expect(Math.abs(await ahead())).toBeLessThan(60);
  for (const seconds of [3600, 0, 86_400]) {
    move(seconds);
    await expect.poll(async () => Math.abs((await ahead()) - seconds), { timeout: 20_000 }).toBeLessThan(60);
  }
});
