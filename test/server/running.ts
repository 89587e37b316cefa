import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Those that have not ended. */
export const launched = new Set<ChildProcess>();

/** `letterbox-server` from the sources. */
export const MAIN = join(import.meta.dirname, '../../src/server/main.ts');

/** A server as a process of its own. */
export interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly log: () => string;
  /** What it wrote to standard output. */
  readonly said: () => string;
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
}

/**
 * Starts a program that ends up as a server, and waits until it says that it listens.
 * @param env beside this process's own
 * @throws Error with its log where it ends before
 */
export async function launchServer(
  command: string,
  args: readonly string[],
  env: Readonly<NodeJS.ProcessEnv> = {},
): Promise<Running> {
  const child = spawn(command, args, { env: { ...process.env, ...env } });
  launched.add(child);
  let [log, said] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  child.stderr.on('data', (text: Buffer) => (log += text.toString()));
  const ended: Running['ended'] = new Promise((resolve) => {
    child.once('close', (code, signal) => {
      launched.delete(child);
      resolve({ code, signal });
    });
  });
  const line = new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    void ended.then(() => reject(new Error(`the server ended: ${log}`)));
  });
  const { url } = JSON.parse(await line) as { url: string };
  return { child, url, log: () => log, said: () => said, ended };
}
