// Commands that measuring needs, or single tests. Plain .mjs, like all of the set-up.
import { installDebian } from './debian.mjs';
import { ask, SetUpError } from './run.mjs';

/** By name, Debian's packages that bring them. */
const TOOLS = {
  wrk: ['wrk'],
  taskset: ['util-linux'],
  mmdebstrap: ['mmdebstrap'],
  Xvfb: ['xvfb'],
  xdotool: ['xdotool'],
};

const WITHOUT_SCREEN =
  'Until Xvfb and xdotool (Debian’s xvfb and xdotool) are both there, the test that Letterbox locks by itself is skipped.';

/**
 * Sees to it that a command is there.
 *
 * @param {keyof typeof TOOLS} tool
 * @param {NodeJS.ProcessEnv} env
 */
export async function ensureTool(tool, env) {
  if (isThere(tool)) return;
  const installed = await installDebian(TOOLS[tool], env);
  if (installed !== true || !isThere(tool))
    throw new SetUpError(`${tool} could not be found or fetched. Install it, so that it is on the PATH.`);
}

/**
 * Sees to a screen that nobody sees, on which a test is the person at the computer. Without one that test is skipped, and
 * named at the end; under CI that is a failure. It keeps nobody from the other tests who may not install anything here.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export async function ensureScreen(env) {
  if (process.platform !== 'linux') return;
  try {
    for (const tool of /** @type {const} */ (['Xvfb', 'xdotool'])) await ensureTool(tool, env);
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    console.log(`${error.message}\n${WITHOUT_SCREEN}`);
  }
}

/** @param {string} tool wrk says its version with an exit code of 1: it is asked for by name */
export function isThere(tool) {
  return ask('sh', ['-c', `command -v ${tool}`]) !== undefined;
}
