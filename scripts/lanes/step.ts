import { spawn, type ChildProcess } from 'node:child_process';

/** What one step of `npm test` came to. A check that is no test counts as one. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** What failed, one line each. */
  readonly failures: readonly string[];
  /** What was left out and is no failure, likewise. */
  readonly skipped: readonly string[];
}

/** What a command did, from the outside. */
export interface Ended {
  /** Null where a signal ended it or it could not be started. */
  readonly code: number | null;
  /** Standard output and error, as they came. */
  readonly output: string;
}

/** No step is worth waiting for longer than this: it hangs. */
const TIME_LIMIT_MS = 40 * 60_000;

const running = new Set<ChildProcess>();

/** Runs a command to its end, in a process group of its own, so that nothing it started outlives it. */
export function runCommand(command: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      shell: process.platform === 'win32',
      env: { ...process.env, NO_COLOR: '1', NO_UPDATE_NOTIFIER: '1' },
    });
    running.add(child);
    const parts: string[] = [];
    const limit = setTimeout(() => {
      parts.push(`\nstopped: it took longer than ${TIME_LIMIT_MS / 60_000} minutes\n`);
      killGroup(child);
    }, TIME_LIMIT_MS);
    const end = (code: number | null): void => {
      clearTimeout(limit);
      if (running.delete(child)) resolve({ code, output: parts.join('') });
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (part: string) => {
        parts.push(part);
      });
    }
    child.once('error', (error) => {
      parts.push(`${command}: ${error.message}\n`);
      end(null);
    });
    child.once('close', end);
  });
}

/** Ends every command that still runs, and what these started. */
export function killAll(): void {
  for (const child of running) killGroup(child);
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch (error) {
    // Gone already: what was wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
