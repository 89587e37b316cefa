import type { Origin } from '../protocol/ids.ts';
import { createBench } from './bench.ts';
import { Unmet } from './expect.ts';
import { call } from './http.ts';
import { sealPointers } from './pointers.ts';
import { createReport, type Line, type Report } from './report.ts';
import type { Requirement } from './requirement.ts';
import { REQUIREMENTS } from './requirements.ts';
import { askTime, timeIn } from './server-time.ts';
import { openHosting, type Hosting, type HostingOptions } from './site/hosting.ts';
import type { Target } from './target.ts';
import { Untried } from './untried.ts';

export interface ConformanceOptions extends HostingOptions {
  /** Where the server is reached, without a trailing slash. */
  readonly url: string;
  /** What it is configured as: the URL's own origin unless given. */
  readonly origin?: Origin;
  readonly invite?: string;
  /** How many deliveries of contacts an inbox keeps, where that is few enough to try. */
  readonly stored?: number;
  /** Leaves out what takes longer than this many seconds. */
  readonly patience: number;
  /** Only requirements whose id begins with one of these; all where there is none. */
  readonly only?: readonly string[];
  /** Told of each line as it is known. */
  readonly onLine?: (line: Line) => void;
}

/**
 * Holds a server against docs/protocol.md, over HTTP only. What has to wait runs beside the others, which run one after
 * the other; each has people, buckets and a host of its own.
 * @throws Error where the server does not answer at all, or a port of the suite's own is taken
 */
export async function runConformance(options: ConformanceOptions): Promise<Report> {
  const hosting = await openHosting(options);
  try {
    const target = await meet(options, hosting);
    const wanted = REQUIREMENTS.filter(
      ({ id }) => options.only?.some((start) => id.startsWith(start)) ?? true,
    );
    const lines = await runAll(wanted, target, options);
    return createReport(target, lines);
  } finally {
    await hosting.close();
  }
}

/** Who the server is, and what time it has. */
async function meet(options: ConformanceOptions, hosting: Hosting): Promise<Target> {
  const { url, invite, stored, origin = new URL(url).origin as Origin } = options;
  const ask: Target['call'] = (what) => call(url, what);
  let ahead = 0;
  const target: Target = {
    url,
    origin,
    ...(invite === undefined ? {} : { invite }),
    ...(stored === undefined ? {} : { stored }),
    now: () => Math.floor((Date.now() + ahead) / 1000),
    hosting,
    pointers: await sealPointers(),
    call: ask,
  };
  ahead = await clockAhead(target);
  return target;
}

/** @returns by how many milliseconds its clock is ahead of this one */
async function clockAhead(target: Target): Promise<number> {
  const now = timeIn(await askTime(createBench(target)));
  const seconds = now === undefined ? 0 : now - Math.floor(Date.now() / 1000);
  return Math.abs(seconds) <= 1 ? 0 : seconds * 1000;
}

async function runAll(
  requirements: readonly Requirement[],
  target: Target,
  { patience, onLine }: ConformanceOptions,
): Promise<Line[]> {
  const lines = new Map<Requirement, Line>();
  const run = async (one: Requirement): Promise<void> => {
    const line = one.takes > patience ? skipped(one, `takes ${one.takes} s`) : await tryOne(one, target);
    lines.set(one, line);
    onLine?.(line);
  };
  const waiting = Promise.all(requirements.filter(({ takes }) => takes > 0).map(run));
  for (const one of requirements.filter(({ takes }) => takes === 0)) await run(one);
  await waiting;
  return requirements.flatMap((one) => lines.get(one) ?? []);
}

async function tryOne({ check, ...one }: Requirement, target: Target): Promise<Line> {
  const started = performance.now();
  const done = (): number => Math.round(performance.now() - started);
  try {
    await check(createBench(target));
    return { ...shown(one), outcome: 'pass', milliseconds: done() };
  } catch (error) {
    if (error instanceof Untried) return skipped(one, error.message);
    return { ...shown(one), outcome: 'fail', reason: reasonOf(error), milliseconds: done() };
  }
}

function skipped(one: Omit<Requirement, 'check'>, reason: string): Line {
  return { ...shown(one), outcome: 'skipped', reason, milliseconds: 0 };
}

function shown({ id, section, says }: Omit<Requirement, 'check'>): Pick<Line, 'id' | 'section' | 'says'> {
  return { id, section, says };
}

function reasonOf(error: unknown): string {
  if (error instanceof Unmet) return error.message;
  return `no usable answer: ${error instanceof Error ? error.message : String(error)}`;
}
