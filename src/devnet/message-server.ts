import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { answers, freePort } from './ready.ts';

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
  /** What it wrote to its output, over all restarts. */
  readonly logFile: string;
  /** Starts it again after a kill; resolves once it answers. */
  start: () => Promise<void>;
  /** Ends it; resolves once it is gone. SIGKILL leaves it no time for anything. */
  kill: (signal: 'SIGKILL' | 'SIGTERM') => Promise<void>;
}

const MAIN = join(import.meta.dirname, '..', 'server', 'main.ts');

/** Starts `src/server/main.ts` with its development switch on; resolves once it answers. */
export async function startMessageServer(options: MessageServerOptions): Promise<MessageServer> {
  const { dataDir, registryUrl } = options;
  await mkdir(dataDir, { recursive: true });
  const port = options.port === undefined || options.port === 0 ? await freePort() : options.port;
  const origin = `http://127.0.0.1:${String(port)}`;
  const logFile = join(dataDir, 'server.log');
  const args = [
    MAIN,
    '--data',
    dataDir,
    '--port',
    String(port),
    '--registry',
    registryUrl,
    '--allow-loopback',
  ];
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    const log = await open(logFile, 'a');
    child = spawn(process.execPath, args, { stdio: ['ignore', log.fd, log.fd] });
    await log.close();
    await answers(`${origin}/readyz`, goneOf(child, logFile));
  };
  const kill = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = Promise.withResolvers<null>();
    child.once('exit', () => {
      gone.resolve(null);
    });
    child.kill(signal);
    await gone.promise;
  };

  process.once('exit', () => {
    child?.kill('SIGKILL'); // a world that ends takes its server along
  });
  await start();
  return { origin, dataDir, logFile, start, kill };
}

/** Aborts when the process ends or cannot begin: then there is nothing to wait for. */
function goneOf(child: ChildProcess, logFile: string): AbortSignal {
  const controller = new AbortController();
  child.once('error', (error) => {
    controller.abort(error);
  });
  child.once('exit', (code, signal) => {
    controller.abort(new Error(`the message server ended (${String(code ?? signal)}): see ${logFile}`));
  });
  return controller.signal;
}
