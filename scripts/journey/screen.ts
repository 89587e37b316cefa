import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { isThere } from '../setup/tools.mjs';

/** A screen that nobody sees, with an X server of its own. What is started here is ended by `close`. */
export interface Screen {
  /** As the environment variable DISPLAY names it. */
  readonly display: string;
  /** The person moves the mouse: input as any other's to all that stands on the screen. Needs xdotool. */
  touch(): Promise<void>;
  close(): Promise<void>;
}

/** Whether one can be started here, and touched. */
export function hasScreen(): boolean {
  return isThere('Xvfb') && isThere('xdotool');
}

/** Needs Xvfb. */
export async function startScreen(): Promise<Screen> {
  const server = spawn('Xvfb', ['-displayfd', '3', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const ended = once(server, 'exit');
  const [number] = (await Promise.race([
    once(server.stdio[3] as Readable, 'data'),
    ended.then(() => {
      throw new Error('Xvfb did not start');
    }),
  ])) as [Buffer];
  const display = `:${number.toString().trim()}`;
  let x = 0;
  return {
    display,
    async touch() {
      x = (x + 1) % 100; // to where the pointer is already is no movement
      await promisify(execFile)('xdotool', ['mousemove', String(x), '1'], {
        env: { ...process.env, DISPLAY: display },
      });
    },
    async close() {
      server.kill('SIGTERM');
      await ended;
    },
  };
}
