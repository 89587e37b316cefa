import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverArguments } from '../faults/arguments.ts';
import { launchServer, MAIN, type Running } from '../running.ts';
import { goodClient } from './good-client.ts';
import { holdOpen } from './held.ts';
import { inspect, type Memory } from './memory.ts';
import { count, plans } from './plans.ts';
import { rawPlans, type RawPlan } from './raw-plans.ts';
import { speak } from './raw.ts';
import type { Place, Plan } from './signed.ts';
import { closeConnections, flawOf, send } from './send.ts';
import { createTally, type Tally } from './tally.ts';
import { openWorld, type World } from './world.ts';

/** What a run came to. */
export interface Report {
  readonly seed: number;
  readonly requests: number;
  readonly seconds: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly statuses: Readonly<Record<string, number>>;
  /** Empty where nothing is wrong. */
  readonly flaws: readonly string[];
  /** Before the first window, and after each. */
  readonly memory: readonly Memory[];
}

const WINDOWS = 10;
const AT_ONCE = 24;
/** Of the plans, those for bare sockets; each of them has several requests. */
const RAW_SHARE = 1 / 20;
/** So many connections of each kind that say nothing. */
const HELD = 5;
/** Node looks for connections that are over time every 30 s. */
const HELD_FOR_MS = 75_000;

/**
 * So many requests, and more, at a real server over real sockets.
 * @param seed repeats what is sent, not when
 * @param store arguments of the server that say where it keeps things; SQLite where absent
 */
export async function storm(
  requests: number,
  seed: number,
  say: (text: string) => void,
  store: readonly string[] = [],
): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'letterbox-fuzz-'));
  let origin = '';
  const world = await openWorld(() => origin);
  const args = ['--inspect=127.0.0.1:0', MAIN, '--data', folder, ...store, ...serverArguments()];
  const server = await launchServer(process.execPath, args);
  origin = server.url;
  try {
    return await run(requests, seed, server, world, say);
  } finally {
    closeConnections();
    server.child.kill('SIGKILL');
    await server.ended;
    world.close();
    rmSync(folder, { recursive: true });
  }
}

async function run(
  requests: number,
  seed: number,
  server: Running,
  world: World,
  say: (text: string) => void,
): Promise<Report> {
  const [started, url, tally] = [performance.now(), new URL(server.url), createTally()];
  const inspector = await inspect(server.log());
  const client = await goodClient(server.url, world);
  const held = holdOpen(url, HELD);
  const place = { world, origin: server.url, epoch: client.epoch };
  await fillMemories(url, place, tally);
  const memory = [await inspector.memory()];
  const before = tally.requests;
  for (let window = 1; window <= WINDOWS; window += 1) {
    const until = before + ((requests - before) * window) / WINDOWS;
    for (let batch = 0; tally.requests < until; batch += 1) {
      await blow(url, sample(place, seed + window * 1000 + batch), tally);
    }
    memory.push(await inspector.memory());
    const { heap, rss } = memory.at(-1) ?? { heap: 0, rss: 0 };
    say(`${tally.requests} requests, heap ${megabytes(heap)} MB, process ${megabytes(rss)} MB`);
  }
  inspector.close();
  await held.closed(HELD_FOR_MS).catch((error: unknown) => tally.flawed(String(error)));
  for (const flaw of await client.check()) tally.flawed(flaw);
  const failed = server
    .log()
    .split('\n')
    .find((line) => line.includes('"msg":"failed"'));
  if (failed !== undefined) tally.flawed(`the server’s log: ${failed}`);
  return {
    seed,
    requests: tally.requests,
    seconds: (performance.now() - started) / 1000,
    kinds: Object.fromEntries(tally.kinds),
    statuses: Object.fromEntries(tally.statuses),
    flaws: tally.flaws,
    memory,
  };
}

/**
 * The server remembers 10,000 good signatures, by design and no more; until they are there, memory grows by that.
 * src/server/server.ts REMEMBERED_SIGNATURES
 */
const REMEMBERED = 10_000;
const BATCH = 1000;

async function fillMemories(url: URL, place: Place, tally: Tally): Promise<void> {
  for (let sent = 0; sent < REMEMBERED * 1.1; sent += BATCH) {
    await blow(
      url,
      Array.from({ length: BATCH }, (_, n) => count(place, sent + n)),
      tally,
    );
  }
}

function sample(place: Place, seed: number): (Plan | RawPlan)[] {
  const raw = fc.sample(rawPlans(place), { seed, numRuns: BATCH * RAW_SHARE });
  return [...fc.sample(plans(place), { seed, numRuns: BATCH }), ...raw];
}

/** All of them, many at once. */
async function blow(url: URL, batch: (Plan | RawPlan)[], tally: Tally): Promise<void> {
  const work = async (): Promise<void> => {
    for (let plan = batch.pop(); plan !== undefined; plan = batch.pop()) {
      if ('writes' in plan) await tryRaw(url, plan, tally);
      else await tryPlan(url, plan, tally);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function tryPlan(url: URL, plan: Plan, tally: Tally): Promise<void> {
  tally.sent(plan.kind, 1);
  try {
    const outcome = await send(url, plan);
    tally.came(outcome.status);
    const flaw = flawOf(plan, outcome);
    if (flaw !== undefined) tally.flawed(flaw, plan);
  } catch (error) {
    tally.came('none');
    tally.flawed(String(error), plan);
  }
}

async function tryRaw(url: URL, plan: RawPlan, tally: Tally): Promise<void> {
  tally.sent(plan.kind, plan.requests);
  const { statuses, flaw } = await speak(url, plan);
  for (const status of statuses) tally.came(status);
  if (flaw !== undefined) tally.flawed(flaw, plan);
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
