// Commands that measuring needs, and nothing else does. Plain .mjs, like all of the set-up.
import { installDebian } from './debian.mjs';
import { ask, SetUpError } from './run.mjs';

/** By name, Debian's packages that bring them. */
const TOOLS = { wrk: ['wrk'], taskset: ['util-linux'], mmdebstrap: ['mmdebstrap'], Xvfb: ['xvfb'] };

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

/** @param {string} tool wrk says its version with an exit code of 1: it is asked for by name */
function isThere(tool) {
  return ask('sh', ['-c', `command -v ${tool}`]) !== undefined;
}
