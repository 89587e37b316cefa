import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(import.meta.dirname, '../../src/server/main.ts');

/** The product's own server as operators run it, in a process of its own. */
export interface RunningServer {
  readonly url: string;
  /** Where it asks for names: nobody listens there yet. */
  readonly registryPort: number;
  stop(): Promise<void>;
}

/** Without the rates that would only make the suite wait; those of the protocol, for look-ups at one host, stay. */
export const UNLIMITED = ['sender', 'inbox', 'network'].flatMap((key) => [`--rate-per-${key}`, '0']);
UNLIMITED.push('--rate-enrolments', '0', '--rate-lookups', '0');

export async function startServer(...args: readonly string[]): Promise<RunningServer> {
  const data = mkdtempSync(join(tmpdir(), 'letterbox-conformance-'));
  const registryPort = await freePort();
  const registry = `http://127.0.0.1:${registryPort}`;
  const child = spawn(
    process.execPath,
    [MAIN, '--data', data, '--port', '0', '--allow-loopback', '--registry', registry, ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let log = '';
  child.stderr.on('data', (text: Buffer) => (log += text.toString()));
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  const ready = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    void ended.then(() => reject(new Error(`the server ended: ${log}`)));
  });
  const { url } = JSON.parse(ready) as { url: string };
  return {
    url,
    registryPort,
    async stop() {
      child.kill('SIGKILL');
      await ended;
      rmSync(data, { recursive: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}
