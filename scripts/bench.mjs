// `npm run bench -- AREA [--only PART] [--full] [--minutes N] [--json FILE]`. See bench/run.ts.
import { setUp, setUpAndRun } from './setup.mjs';
import { SetUpError } from './setup/run.mjs';
import { ensureTool } from './setup/tools.mjs';

/**
 * What an area needs beside the packages.
 *
 * @type {Readonly<Record<string, readonly import('./setup.mjs').Need[]>>}
 */
const NEEDS = {
  extension: ['chromium', 'firefox'],
  journey: ['chromium'],
  'nats-size': ['nats'],
  server: ['nats'],
};

const args = process.argv.slice(2);
try {
  if (args[0] === 'server') {
    const { env } = await setUp([]);
    for (const tool of /** @type {const} */ (['wrk', 'taskset'])) await ensureTool(tool, env);
  }
  if (args[0] === 'extension') await ensureTool('Xvfb', (await setUp([])).env);
  await setUpAndRun(NEEDS[args[0] ?? ''] ?? [], [['bench/run.ts', ...args]]);
} catch (error) {
  process.exitCode = 1;
  console.error(error instanceof SetUpError ? `\nSet-up stopped. ${error.message}` : error);
}
