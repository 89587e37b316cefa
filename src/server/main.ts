#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pino, destination, type Logger } from 'pino';
import { allowLoopback, parseServerOrigin } from '../protocol/ids.ts';
import { HELP, readConfig, type ServerConfig } from './args.ts';
import type { ServerOptions } from './context.ts';
import { createGuardedFetch } from './guarded-fetch.ts';
import { listen } from './listen.ts';
import { createLog } from './log.ts';
import { createLookup } from './lookup.ts';
import { keepRetention } from './retention.ts';
import { createServer } from './server.ts';
import { verifyNatively } from './signature.ts';
import { openSqliteStore } from './stores/sqlite.ts';

/** The message server on the platform: arguments, clock, randomness, disk, port and signals meet here. */

const clock = { now: Date.now };
const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };
const timer = {
  after(milliseconds: number, call: () => void) {
    const timeout = setTimeout(call, milliseconds);
    return () => clearTimeout(timeout);
  },
};

await main();

async function main(): Promise<void> {
  const config = readArguments();
  if (config === undefined) return;
  const logger = pino({ name: 'letterbox-server' }, destination({ dest: 2, sync: true }));
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

/** @returns undefined where there is nothing to run. */
function readArguments(): ServerConfig | undefined {
  try {
    const args = process.argv.slice(2);
    if (!args.includes('--help') && !args.includes('-h')) return readConfig(args, process.env);
    process.stdout.write(HELP);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exitCode = 2;
  }
  return undefined;
}

async function run(config: ServerConfig, logger: Logger): Promise<void> {
  mkdirSync(config.data, { recursive: true, mode: 0o700 });
  const store = openSqliteStore({
    path: join(config.data, 'letterbox.sqlite'),
    limits: config.limits,
    random,
  });
  const log = createLog(logger);
  const listening = await listen(config, (url) =>
    createServer({
      ...placeOptions(config),
      origin: config.origin ?? parseServerOrigin(url, 'url', config),
      store,
      lookup: createLookup({ ...lookupOptions(config), clock, verify: verifyNatively }),
      clock,
      timer,
      log,
      verify: verifyNatively,
      rates: config.rates,
      limits: config.limits,
    }),
  );
  const stopRetention = keepRetention({ store, clock, timer, log });
  const stop = async (): Promise<void> => {
    await Promise.all([listening.stop(), stopRetention()]);
    await store.close();
    logger.info('stopped');
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
  process.stdout.write(
    `${JSON.stringify({ ready: true, url: listening.url, origin: config.origin ?? listening.url })}\n`,
  );
}

function placeOptions(config: ServerConfig): Pick<ServerOptions, typeof allowLoopback> {
  return { [allowLoopback]: config[allowLoopback] === true };
}

function lookupOptions(config: ServerConfig) {
  const { registry, lookupsPerMinute: perMinute } = config;
  const fetch = createGuardedFetch({ ...placeOptions(config), clock, limits: { perMinute } });
  return { ...placeOptions(config), fetch, ...(registry === undefined ? {} : { registry }) };
}
