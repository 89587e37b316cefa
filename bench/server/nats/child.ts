import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A program of this project in a process of its own, which says something as JSON on its first line. */
export interface Child {
  readonly said: Readonly<Record<string, unknown>>;
  /** Closes its standard input, or ends it by signal. */
  stop(signal?: 'SIGTERM'): Promise<void>;
}

export async function startChild(file: string, ...args: string[]): Promise<Child> {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let log = '';
  child.stderr.on('data', (text: Buffer) => {
    log = `${log}${text.toString()}`.slice(-4000);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    void ended.then(() => reject(new Error(`${file} ended: ${log}`)));
  });
  return {
    said: JSON.parse(line) as Record<string, unknown>,
    async stop(signal) {
      if (signal === undefined) child.stdin.end();
      else child.kill(signal);
      await ended;
    },
  };
}
