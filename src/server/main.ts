#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { pino, type Logger } from 'pino';
import type { Fetch } from '../protocol/ports.ts';
import { allowLoopback, parseOrigin } from '../protocol/ids.ts';
import { byAllowlist, byInvite, OPEN, parseAllowlist, type Admissions } from './admission.ts';
import { HELP, readConfig, type ServerConfig } from './args.ts';
import { COMMANDS, helpFor, listCommands, runCommand } from './commands.ts';
import type { ServerOptions } from './context.ts';
import { createGuardedFetch } from './guarded-fetch.ts';
import { listen } from './listen.ts';
import { createLog } from './log.ts';
import { createLogLines } from './log-lines.ts';
import { createLookup } from './lookup.ts';
import { keepRetention } from './retention.ts';
import { readInviteKey } from './invite-key.ts';
import { lacksOf } from './lacks.ts';
import { createMetrics } from './metrics.ts';
import { openStore, type OpenedStore } from './open-store.ts';
import { collectOldGenerationAt } from './old-generation.ts';
import { createServer } from './server.ts';
import { verifyNatively } from './signature.ts';
import { capYoungGeneration } from './young-generation.ts';

/** The message server on the platform: arguments, clock, randomness, disk, port and signals meet here. */

const clock = { now: Date.now };
const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };
const timer = {
  after(milliseconds: number, call: () => void) {
    const timeout = setTimeout(call, milliseconds);
    return () => clearTimeout(timeout);
  },
};

/** Collecting it takes a fiftieth of the time of a server that is busy. */
const YOUNG_BYTES = 32 * 1024 * 1024;
/** 50 MB less at a million inboxes; what a send takes stays within the noise of measuring it. */
const OLD_GROWS_PERCENT = 25;

process.umask(0o077); // whatever is written is nobody else's to read, in a folder too that was there before
capYoungGeneration(YOUNG_BYTES);
collectOldGenerationAt(OLD_GROWS_PERCENT);
await main();

async function main(): Promise<void> {
  const [name = '', ...args] = process.argv.slice(2);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command !== undefined) {
    await say(helpFor(name, command), args, async () => {
      process.stdout.write(await runCommand(command, args, process.env, { clock, random, timer }));
    });
    return;
  }
  const config = await say(help(), process.argv.slice(2), (given) => readConfig(given, process.env));
  if (config !== undefined) await serve(config);
}

async function serve(config: ServerConfig): Promise<void> {
  const logger = pino({ name: 'letterbox-server', level: config.logLevel }, createLogLines());
  if (config[allowLoopback]) {
    logger.warn(
      'DEVELOPMENT SWITCH ON: http and loopback addresses are accepted. Never run a public server like this.',
    );
  }
  try {
    await run(config, logger);
  } catch (error) {
    logger.fatal(`cannot start: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

/** What `act` gives; or help where that is asked for, or what is wrong, and then undefined. */
async function say<Result>(
  text: string,
  args: readonly string[],
  act: (args: readonly string[]) => Result | Promise<Result>,
) {
  try {
    if (!args.includes('--help') && !args.includes('-h')) return await act(args);
    process.stdout.write(text);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${text}`);
    process.exitCode = 2;
  }
  return undefined;
}

function help(): string {
  return `${HELP}\nCommands (letterbox-server COMMAND --help):\n\n${listCommands()}`;
}

async function run(config: ServerConfig, logger: Logger): Promise<void> {
  const opened = await openStore(config, { random, timer });
  try {
    await serveFrom(opened, config, logger);
  } catch (error) {
    await opened.store.close(); // its connections would keep the process alive
    throw error;
  }
}

async function serveFrom(
  { store, bytes, copies }: OpenedStore,
  config: ServerConfig,
  logger: Logger,
): Promise<void> {
  const metrics = createMetrics({ token: config.metricsToken, storeBytes: bytes });
  const admissions = await admissionsOf(config);
  const log = metrics.log(createLog(logger));
  const listening = await listen(config, (url) =>
    createServer({
      ...placeOptions(config),
      origin: config.origin ?? parseOrigin(url, 'url'),
      store,
      lookup: createLookup({ ...lookupOptions(config, metrics.fetch), clock, verify: verifyNatively }),
      clock,
      timer,
      log,
      meter: metrics.meter,
      metrics: metrics.page,
      verify: verifyNatively,
      rates: config.rates,
      hostShare: Math.max(1, Math.floor(config.lookupsPerMinute / 3)),
      limits: config.limits,
      admissions,
      about: config.about,
    }),
  );
  const stopRetention = keepRetention({ store, clock, timer, log, meter: metrics.meter });
  const stop = async (): Promise<void> => {
    listening.server.drain();
    await wait(config.drainSeconds * 1000);
    await Promise.all([listening.stop(), stopRetention()]);
    await store.close();
    logger.info('stopped');
  };
  onceToldToStop(() => void stop());
  announce(listening.url, config, copies);
}

/** The first line for programs that started it, and the rest for people. */
function announce(url: string, config: ServerConfig, copies?: number): void {
  const [origin, lacks] = [config.origin ?? url, lacksOf(config, copies)];
  const line = process.stdout.isTTY ? '' : `${JSON.stringify({ ready: true, url, origin, lacks })}\n`;
  const list = lacks.map((lack) => `  - ${lack}\n`).join('');
  const production = lacks.length === 0 ? '' : `For production it lacks:\n${list}`;
  process.stdout.write(`${line}letterbox-server listens on ${url} as ${origin}\n${production}`);
}

/** A second signal ends the process at once. */
function onceToldToStop(stop: () => void): void {
  const signals = ['SIGTERM', 'SIGINT'] as const;
  const told = (): void => {
    for (const signal of signals) process.off(signal, told);
    stop();
  };
  for (const signal of signals) process.on(signal, told);
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

async function admissionsOf({ admission, allowlist = '', data }: ServerConfig): Promise<Admissions> {
  if (admission === 'open') return OPEN;
  if (admission === 'invite') return byInvite(readInviteKey(data, random));
  const read = (): Promise<string> => readFile(allowlist, 'utf8');
  parseAllowlist(await read()); // what is wrong with it is said at the start
  return byAllowlist(read);
}

function placeOptions(config: ServerConfig): Pick<ServerOptions, typeof allowLoopback> {
  return { [allowLoopback]: config[allowLoopback] === true };
}

function lookupOptions(config: ServerConfig, measured: (fetch: Fetch) => Fetch) {
  const { registries, lookupsPerMinute: perMinute } = config;
  const fetch = measured(createGuardedFetch({ ...placeOptions(config), clock, limits: { perMinute } }));
  return { ...placeOptions(config), fetch, registries };
}
