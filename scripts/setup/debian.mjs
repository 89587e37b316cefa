// Debian's packages, for what comes in no other way. Plain .mjs, like all of the set-up.
import { ask, SetUpError, show } from './run.mjs';

/**
 * Installs packages; asks for nothing.
 *
 * @param {readonly string[]} packages
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<boolean | undefined>} whether it worked; undefined where this is no Debian
 */
export async function installDebian(packages, env) {
  if (ask('apt-get', ['--version']) === undefined) return undefined;
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (sudo.length > 0 && ask('sudo', ['-n', 'true']) === undefined) {
    throw new SetUpError(`Run: sudo apt-get install ${packages.join(' ')}\nThen try again.`);
  }
  console.log(`Installing Debian's package ${packages[0]}.`);
  /** @type {import('node:child_process').SpawnOptions} */
  const quiet = {
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
  };
  const apt = (/** @type {readonly string[]} */ ...args) => {
    const [command = 'apt-get', ...rest] = [
      ...sudo,
      'apt-get',
      '-qq',
      '-o',
      'DPkg::Lock::Timeout=120',
      ...args,
    ];
    return show(command, rest, quiet);
  };
  if ((await apt('update')) !== 0)
    console.log('The list of packages could not be renewed: going on with the old one.');
  return (await apt('install', '-y', '--no-install-recommends', ...packages)) === 0;
}
