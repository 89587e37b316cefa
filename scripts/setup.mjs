// Makes a fresh clone ready: packages, Node 24, browsers, a nats-server, a screen. Plain .mjs on Node's own modules, from
// Node 20 on. By itself: `node scripts/setup.mjs [chromium] [firefox] [nats] [screen]`.
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BROWSERS, ensureBrowser } from './setup/browsers.mjs';
import { ensureNats, VARIABLE as NATS_VARIABLE } from './setup/nats.mjs';
import { installPackages } from './setup/packages.mjs';
import { finish, SetUpError } from './setup/run.mjs';
import { ensureScreen } from './setup/tools.mjs';

/** The project's folder. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * What can be asked for beside the packages.
 *
 * @typedef {keyof typeof BROWSERS | 'nats' | 'screen'} Need
 */

/**
 * Installs what is missing, and says what it does.
 *
 * @param {readonly Need[]} needs
 * @returns {Promise<{ node: string, env: NodeJS.ProcessEnv }>} Node 24's path, and the environment for all that follows: the
 *   packages' commands on the PATH; CHROMIUM_PATH, FIREFOX_PATH and NATS_SERVER for what was asked for
 */
export async function setUp(needs) {
  const { node, env } = await installPackages(ROOT);
  for (const need of needs) {
    if (need === 'nats') env[NATS_VARIABLE] = await ensureNats({ root: ROOT, env });
    else if (need === 'screen') await ensureScreen(env);
    else env[BROWSERS[need].variable] = await ensureBrowser(need, { root: ROOT, node, env });
  }
  return { node, env };
}

/**
 * Sets up, then runs TypeScript programs under Node 24, one after the other while each exits 0; ends this process with the
 * last exit code.
 *
 * @param {readonly Need[]} needs
 * @param {readonly (readonly string[])[]} programs each a file and its arguments
 */
export async function setUpAndRun(needs, programs) {
  try {
    const { node, env } = await setUp(needs);
    for (const program of programs) {
      process.exitCode = await finish(node, program, { cwd: ROOT, env });
      if (process.exitCode !== 0) return;
    }
  } catch (error) {
    process.exitCode = 1;
    console.error(error instanceof SetUpError ? `\nSet-up stopped. ${error.message}` : error);
  }
}

if (realpathSync(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  const wanted = [...Object.keys(BROWSERS), 'nats', 'screen'].filter((need) => process.argv.includes(need));
  await setUpAndRun(/** @type {Need[]} */ (wanted), []);
}
