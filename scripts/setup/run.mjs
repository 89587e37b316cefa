// Child processes for what runs before anything is installed: Node's own modules only.
import { spawn, spawnSync } from 'node:child_process';

/** Something that the set-up cannot mend: the message tells the person what to do. */
export class SetUpError extends Error {
  /** @param {string} message @param {ErrorOptions} [options] */
  constructor(message, options) {
    super(message, options);
    this.name = 'SetUpError';
  }
}

/**
 * Runs a command to its end and returns its standard output, or undefined where it cannot be started or fails.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} [cwd]
 * @returns {string | undefined}
 */
export function ask(command, args, cwd) {
  const { status, stdout } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout: 30_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * Runs a command in the open: the person sees what it prints.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} its exit code; 127 where it cannot be started, 128 + n where signal n ended it
 */
export function show(command, args, options = {}) {
  console.log(`$ ${[command, ...args].join(' ')}`);
  return finish(command, args, options);
}

/**
 * Runs a command in this one's place, so to speak: same terminal, same signals, same exit code.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} as `show`
 */
export function finish(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    const passOn = (/** @type {NodeJS.Signals} */ signal) => {
      // A terminal sends Ctrl-C to both of us; a second one would cut the child's tidying-up short.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
    for (const signal of signals) process.on(signal, passOn);
    const orphaned = stopWithNpm(child);
    const end = (/** @type {number} */ code) => {
      clearInterval(orphaned);
      for (const signal of signals) process.off(signal, passOn);
      resolve(code);
    };
    child.once('error', (error) => {
      console.error(`${command}: ${error.message}`);
      end(127);
    });
    child.once('close', (code, signal) =>
      end(code ?? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGKILL' ? 9 : 15)),
    );
  });
}

/**
 * npm starts scripts through a shell that dies of a SIGTERM without passing it on: what stops npm is to stop its script.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
function stopWithNpm(child) {
  const parent = process.ppid;
  const underNpm = process.env['npm_lifecycle_event'] !== undefined;
  return setInterval(() => {
    if (underNpm && process.ppid !== parent) child.kill('SIGTERM');
  }, 500).unref();
}
