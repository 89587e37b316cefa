// Runs a built program under Node 24: this Node where it is new enough, else one that npm fetches and keeps.
// Plain .mjs on Node's own modules, from Node 20 on.
import { execFileSync, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR = 24;

/**
 * @param {string} name a file of dist/bin, without its ending
 * @param {{ native?: string }} [needs] a package that it needs compiled
 */
export async function launch(name, { native } = {}) {
  const program = new URL(`../dist/bin/${name}.js`, import.meta.url);
  if (native !== undefined && !isCompiled(native)) {
    process.stderr.write(adviceOn(name, native));
    process.exitCode = 1;
  } else if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) await import(program.href);
  else runUnder(findNode(name), fileURLToPath(program));
}

const require = createRequire(import.meta.url);

/** @param {string} native */
function isCompiled(native) {
  try {
    require(`${native}/bindings.js`);
    return true;
  } catch {
    return false;
  }
}

/**
 * npm 12 runs no script of a package that it installs beside another, so that nothing was compiled.
 *
 * @param {string} name
 * @param {string} native
 */
function adviceOn(name, native) {
  const folder = dirname(require.resolve(`${native}/package.json`));
  const where = `${process.platform} on ${process.arch}`;
  return (
    `${name}: the package ${native} has no binary for ${where}. ` +
    `Compile it once, with a C++ compiler, make and Python 3:\n\n  npm run --prefix ${folder} install\n`
  );
}

/** @param {string} name @returns {string} the path of a Node that is new enough */
function findNode(name) {
  const args = ['exec', '--yes', `--package=node@${NODE_MAJOR}`, '--', 'node', '-p', 'process.execPath'];
  try {
    const options = { encoding: /** @type {const} */ ('utf8'), shell: process.platform === 'win32' };
    return execFileSync('npm', args, options).trim();
  } catch (error) {
    process.stderr.write(
      `${name} needs Node ${NODE_MAJOR} or newer, and npm could not fetch one. This is Node ${process.version}.\n`,
    );
    throw error;
  }
}

/** In this process's place: same terminal, same signals, same end. @param {string} node @param {string} program */
function runUnder(node, program) {
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    // A terminal sends Ctrl-C to both of us; a second one would cut the child's tidying-up short.
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal)));
  }
  child.once('error', (error) => {
    process.stderr.write(`${node}: ${error.message}\n`);
    process.exitCode = 127;
  });
  child.once('close', (code, signal) => {
    process.exitCode = code ?? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGKILL' ? 9 : 15);
  });
}
