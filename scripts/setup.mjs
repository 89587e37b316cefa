// Makes a fresh clone ready: packages, Node 24, browsers. Plain .mjs on Node's own modules, from Node 20 on.
// By itself: `node scripts/setup.mjs [chromium] [firefox]`.
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BROWSERS, ensureBrowser } from './setup/browsers.mjs';
import { installPackages } from './setup/packages.mjs';
import { finish, SetUpError } from './setup/run.mjs';

/** The project's folder. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Installs what is missing, and says what it does.
 *
 * @param {readonly (keyof typeof BROWSERS)[]} browsers
 * @returns {Promise<{ node: string, env: NodeJS.ProcessEnv }>} Node 24's path, and the environment for all that follows: the
 *   packages' commands on the PATH, CHROMIUM_PATH and FIREFOX_PATH for the browsers asked for
 */
export async function setUp(browsers) {
  const { node, env } = await installPackages(ROOT);
  for (const kind of browsers) {
    env[BROWSERS[kind].variable] = await ensureBrowser(kind, { root: ROOT, node, env });
  }
  return { node, env };
}

/**
 * Sets up, then runs TypeScript programs under Node 24, one after the other while each exits 0; ends this process with the
 * last exit code.
 *
 * @param {readonly (keyof typeof BROWSERS)[]} browsers
 * @param {readonly (readonly string[])[]} programs each a file and its arguments
 */
export async function setUpAndRun(browsers, programs) {
  try {
    const { node, env } = await setUp(browsers);
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
  const wanted = Object.keys(BROWSERS).filter((kind) => process.argv.includes(kind));
  await setUpAndRun(/** @type {(keyof typeof BROWSERS)[]} */ (wanted), []);
}
