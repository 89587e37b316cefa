#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pino, destination, type Logger } from 'pino';
import type { Fetch } from '../protocol/ports.ts';
import { allowLoopback, parseServerOrigin } from '../protocol/ids.ts';
import { HELP, readConfig, type ServerConfig } from './args.ts';
import type { ServerOptions } from './context.ts';
import { createGuardedFetch } from './guarded-fetch.ts';
import { listen } from './listen.ts';
import { createLog } from './log.ts';
import { createLookup } from './lookup.ts';
import { keepRetention } from './retention.ts';
import { createMetrics } from './metrics.ts';
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
  const path = join(config.data, 'letterbox.sqlite');
  const files = [path, `${path}-wal`];
  const store = openSqliteStore({
    path,
    limits: config.limits,
    random,
  });
  const metrics = createMetrics({
    token: config.metricsToken,
    storeBytes: () => sum(files.map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0)),
  });
  const log = metrics.log(createLog(logger));
  const listening = await listen(config, (url) =>
    createServer({
      ...placeOptions(config),
      origin: config.origin ?? parseServerOrigin(url, 'url', config),
      store,
      lookup: createLookup({ ...lookupOptions(config, metrics.fetch), clock, verify: verifyNatively }),
      clock,
      timer,
      log,
      meter: metrics.meter,
      metrics: metrics.page,
      verify: verifyNatively,
      rates: config.rates,
      limits: config.limits,
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
  process.stdout.write(
    `${JSON.stringify({ ready: true, url: listening.url, origin: config.origin ?? listening.url })}\n`,
  );
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

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function placeOptions(config: ServerConfig): Pick<ServerOptions, typeof allowLoopback> {
  return { [allowLoopback]: config[allowLoopback] === true };
}

function lookupOptions(config: ServerConfig, measured: (fetch: Fetch) => Fetch) {
  const { registry, lookupsPerMinute: perMinute } = config;
  const fetch = measured(createGuardedFetch({ ...placeOptions(config), clock, limits: { perMinute } }));
  return { ...placeOptions(config), fetch, ...(registry === undefined ? {} : { registry }) };
}
