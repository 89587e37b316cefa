// The packages, and Node 24 among them. Plain .mjs: runs on any Node from 20 on, before anything is installed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ask, SetUpError, show } from './run.mjs';

/** The Node that everything after the set-up runs on. */
const NODE_MAJOR = 24;

/** Fails where secp256k1 would fall back to its slow JavaScript. */
const PROBE = "require('secp256k1/bindings.js')";

/**
 * Installs the packages where they are missing or not those of the lockfile.
 *
 * @param {string} root the project's folder
 * @returns {Promise<{ node: string, env: NodeJS.ProcessEnv }>} Node 24's path, and an environment that has it, and every
 *   package's command, first on the PATH
 */
export async function installPackages(root) {
  if (!isInstalled(root)) {
    console.log('Installing the packages (about a minute the first time).');
    await npm(root, ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
    await npm(root, ['rebuild', '--loglevel=error', ...allowedScripts(readJson(root, 'package.json'))]);
    mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
    writeFileSync(stampFile(root), stamp(root));
  }
  const node = findNode(root);
  if (ask(node, ['--input-type=commonjs', '-e', PROBE], root) === undefined) {
    throw new SetUpError(
      'The package secp256k1 has no binary for this platform. Install a C++ compiler, make and Python 3, delete node_modules and try again.',
    );
  }
  const path = [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
  return { node, env: { ...process.env, PATH: path } };
}

/**
 * The packages that may run their install scripts, from the list in package.json that npm 11 keeps to by itself and npm 10
 * does not know.
 *
 * @param {unknown} manifest
 * @returns {string[]}
 */
export function allowedScripts(manifest) {
  const list = member(manifest, 'allowScripts');
  return typeof list === 'object' && list !== null
    ? Object.keys(list).filter((name) => member(list, name) === true)
    : [];
}

/**
 * What the installed packages are compared by: the lockfile, and what package.json asks for.
 *
 * @param {string} root
 * @returns {string} a SHA-256, in hex
 */
export function stamp(root) {
  const manifest = readJson(root, 'package.json');
  const wanted = ['dependencies', 'devDependencies', 'overrides', 'allowScripts'].map((name) =>
    member(manifest, name),
  );
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(JSON.stringify(wanted))
    .digest('hex');
}

/** @param {string} root */
function isInstalled(root) {
  const file = stampFile(root);
  return existsSync(file) && readFileSync(file, 'utf8') === stamp(root);
}

/** @param {string} root */
function stampFile(root) {
  return join(root, 'node_modules/.cache/installed');
}

/**
 * Runs npm with the machine's own Node: the one in node_modules may be what npm is about to replace.
 *
 * @param {string} root @param {readonly string[]} args
 */
async function npm(root, args) {
  const script = process.env['npm_execpath'];
  const options = { cwd: root, env: withoutPackages(root) };
  const code =
    script?.endsWith('.js') === true
      ? await show(process.env['npm_node_execpath'] ?? process.execPath, [script, ...args], options)
      : await show('npm', args, { ...options, shell: process.platform === 'win32' });
  if (code !== 0)
    throw new SetUpError(
      `npm ${args[0]} ended with ${code}: what it says above is why. Is the network there?`,
    );
}

/** @param {string} root @returns {NodeJS.ProcessEnv} */
function withoutPackages(root) {
  const own = join(root, 'node_modules/.bin');
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== own);
  return { ...process.env, PATH: path.join(delimiter) };
}

/** @param {string} root */
function findNode(root) {
  const installed = ['node_modules/node/bin/node', 'node_modules/node/bin/node.exe'].map((file) =>
    join(root, file),
  );
  const found = [...installed, process.execPath].find(
    (file) => majorOf(ask(file, ['--version'])) >= NODE_MAJOR,
  );
  if (found !== undefined) return found;
  throw new SetUpError(
    `Node ${NODE_MAJOR} did not come with the packages. Delete node_modules and try again, or install Node ${NODE_MAJOR} yourself.`,
  );
}

/** @param {string | undefined} version as `v24.1.0` */
function majorOf(version) {
  return Number(/^v(\d+)\./.exec(version ?? '')?.[1] ?? 0);
}

/** @param {string} root @param {string} file @returns {unknown} */
function readJson(root, file) {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}

/** @param {unknown} value @param {string} name @returns {unknown} */
function member(value, name) {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
