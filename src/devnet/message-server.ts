import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './ready.ts';

export interface MessageServerOptions {
  /** The database and `server.log` go in here; made if it is not there. */
  dataDir: string;
  /** URL of the name registry, for the look-up of names that senders claim. */
  registryUrl: string;
  /** 0 or absent: any free port. It stays the same over restarts, for it is part of the server's origin. */
  port?: number;
}

/** A message server in a process of its own, so that it can be killed as a machine dies. */
export interface MessageServer {
  readonly origin: string;
  readonly dataDir: string;
  /** What it logged, over all restarts. */
  readonly logFile: string;
  /**
   * Starts it again after a kill; resolves once it is ready.
   * @param clockOff seconds by which its clock is ahead: to everybody else as if theirs were behind
   */
  start: (clockOff?: number) => Promise<void>;
  /** Ends it; resolves once it is gone. SIGKILL leaves it no time for anything. */
  kill: (signal: 'SIGKILL' | 'SIGTERM') => Promise<void>;
}

const MAIN = join(import.meta.dirname, '..', 'server', 'main.ts');

/** Servers that run: a process that ends takes them along. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts `src/server/main.ts` with its development switch on; resolves once it is ready. */
export async function startMessageServer(options: MessageServerOptions): Promise<MessageServer> {
  const { dataDir, registryUrl } = options;
  await mkdir(dataDir, { recursive: true });
  const port = options.port === undefined || options.port === 0 ? await freePort() : options.port;
  const logFile = join(dataDir, 'server.log');
  const args = serverArguments(dataDir, port, registryUrl);
  let child: ChildProcess | undefined;

  const start = async (clockOff = 0): Promise<void> => {
    child = await launch([...clockArguments(clockOff), ...args], logFile);
  };
  const kill = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    if (child !== undefined) await end(child, signal);
  };

  await start();
  return { origin: `http://127.0.0.1:${String(port)}`, dataDir, logFile, start, kill };
}

/** Everybody here shares one hub, so the limit that spares a stranger's hub would only slow the developer down. */
function serverArguments(dataDir: string, port: number, registryUrl: string): string[] {
  const registries = { registry: registryUrl, 'btc-registry': registryUrl };
  const options = { data: dataDir, port: String(port), ...registries, 'lookups-per-minute': '6000' };
  const values = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  return [MAIN, ...values, '--allow-loopback'];
}

/** What Node runs before anything of the server's looks at the clock. */
function clockArguments(off: number): string[] {
  if (off === 0) return [];
  const turn = `const { now } = Date; Date.now = () => now() + ${String(off * 1000)};`;
  return ['--import', `data:text/javascript,${encodeURIComponent(turn)}`];
}

/** Resolves when the process says that it is ready, in the first line of its output; rejects if it ends before. */
async function launch(args: readonly string[], logFile: string): Promise<ChildProcess> {
  const log = await open(logFile, 'a');
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', log.fd] });
  await log.close();
  running.add(child);
  const { promise, resolve, reject } = Promise.withResolvers<ChildProcess>();
  child.stdout?.once('data', () => {
    resolve(child);
  });
  child.once('error', reject);
  child.once('exit', (code, signal) => {
    running.delete(child);
    reject(new Error(`the message server ended (${String(code ?? signal)}): see ${logFile}`));
  });
  return promise;
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (!running.has(child)) return;
  const { promise, resolve } = Promise.withResolvers<null>();
  child.once('exit', () => {
    resolve(null);
  });
  child.kill(signal);
  await promise;
}
