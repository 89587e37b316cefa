// The nats-server that the tests of the distributed store start: the person's own, else one that is fetched. Plain .mjs.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { ask, SetUpError, show } from './run.mjs';

/** Names one, and hands the path on. */
export const VARIABLE = 'NATS_SERVER';
/** The first version that takes several messages in one step. */
const OLDEST = /** @type {const} */ ([2, 12]);
const ADVICE = `Install nats-server ${OLDEST.join('.')} or newer, or set ${VARIABLE} to one.`;
/** Stable's is too old for us; this suite's runs on stable as it is. */
const SUITE = 'sid';
const PACKAGE = 'nats-server';
const KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Finds a nats-server, or fetches one: the variable, one on the PATH, Debian's package. Without one, the tests that need
 * it are skipped, which under CI is a failure.
 *
 * @param {{ root: string, env: NodeJS.ProcessEnv }} packages
 * @returns {Promise<string | undefined>} the executable's path
 */
export async function ensureNats({ root, env }) {
  const folder = join(root, 'node_modules/.cache/nats');
  const found = named() ?? installed(env) ?? kept(folder) ?? (await fetched(folder, env));
  console.log(`nats-server: ${found ?? `none. ${ADVICE}`}`);
  return found;
}

/**
 * Whether a version, as `nats-server: v2.15.1`, is new enough.
 *
 * @param {string | undefined} text what the server says of itself
 */
export function isNewEnough(text) {
  const [, major = 0, minor = 0] = (/v(\d+)\.(\d+)\./.exec(text ?? '') ?? []).map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** The one that the person named. A name that does not work is an error: silently taking another would surprise. */
function named() {
  const path = process.env[VARIABLE];
  if (path === undefined || path === '') return undefined;
  if (works(path)) return path;
  throw new SetUpError(
    `${VARIABLE} is ${path}, which does not start or is older than ${OLDEST.join('.')}. Set it to another, or unset it.`,
  );
}

/** @param {NodeJS.ProcessEnv} env */
function installed(env) {
  const name = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server';
  const folders = (env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, name)).find(works);
}

/** One that was fetched before. @param {string} folder */
function kept(folder) {
  const path = join(folder, 'root/usr/sbin/nats-server');
  return works(path) ? path : undefined;
}

/**
 * Debian's package, unpacked into the folder. With a configuration of apt's of its own: the system's stays as it is.
 *
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 */
async function fetched(folder, env) {
  console.log(`No nats-server ${OLDEST.join('.')} or newer is installed.`);
  const mirror = debianMirror();
  if (mirror === undefined) return undefined;
  console.log(`Fetching Debian's package ${PACKAGE} (${SUITE}).`);
  const options = configure(folder, mirror);
  const apt = (/** @type {readonly string[]} */ ...args) =>
    show('apt-get', ['-qq', ...options, ...args], {
      env,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  if ((await apt('update')) !== 0 || (await apt('download', PACKAGE)) !== 0) return undefined;
  const file = readdirSync(folder).find((name) => name.startsWith(`${PACKAGE}_`) && name.endsWith('.deb'));
  if (file === undefined || (await show('dpkg', ['-x', file, 'root'], { cwd: folder, env })) !== 0)
    return undefined;
  tidy(folder);
  return kept(folder);
}

/** Where the machine's own apt gets Debian from; undefined where that is no Debian. */
function debianMirror() {
  return existsSync(KEYS) ? mirrorIn(ask('apt-get', ['--print-uris', 'update']) ?? '') : undefined;
}

/**
 * The place that most suites of Debian come from.
 *
 * @param {string} text what apt would fetch, one a line, each address in quotes first
 * @returns {string | undefined}
 */
export function mirrorIn(text) {
  const places = [...text.matchAll(/^'(\S+\/debian\/?)\/dists\/\S+\/InRelease'/gm)].map(
    ([, place = '']) => place,
  );
  const count = (/** @type {string} */ place) => places.filter((other) => other === place).length;
  return places.toSorted((a, b) => count(b) - count(a))[0];
}

/**
 * @param {string} folder
 * @param {string} mirror
 * @returns {string[]} options that make apt-get work in the folder alone
 */
function configure(folder, mirror) {
  rmSync(folder, { recursive: true, force: true });
  for (const part of ['lists/partial', 'archives/partial', 'root'])
    mkdirSync(join(folder, part), { recursive: true });
  const list = join(folder, 'sources.list');
  writeFileSync(list, `deb [signed-by=${KEYS}] ${mirror} ${SUITE} main\n`);
  return [
    `Dir::State::Lists=${join(folder, 'lists')}`,
    `Dir::Cache=${folder}`,
    `Dir::Cache::Archives=${join(folder, 'archives')}`,
    `Dir::Etc::SourceList=${list}`,
    'Dir::Etc::SourceParts=/dev/null',
    'Acquire::Languages=none',
    'Acquire::Check-Valid-Until=false',
    // Who runs this may be root, whose folders apt's own user cannot enter.
    `APT::Sandbox::User=${process.getuid?.() === 0 ? 'root' : '_apt'}`,
  ].flatMap((option) => ['-o', option]);
}

/** The lists of packages are many times as large as the server. @param {string} folder */
function tidy(folder) {
  for (const name of readdirSync(folder))
    if (name !== 'root') rmSync(join(folder, name), { recursive: true, force: true });
}

/** @param {string} path */
function works(path) {
  return existsSync(path) && isNewEnough(ask(path, ['--version']));
}
