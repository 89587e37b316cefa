import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Line, Report } from '../../src/conformance/report.ts';
import { runConformance } from '../../src/conformance/run.ts';
import { REQUIREMENTS } from '../../src/conformance/requirements.ts';
import { allowLoopback, parseServerOrigin } from '../../src/protocol/ids.ts';
import { BROKEN } from './breakages.ts';
import { startProxy } from './proxy.ts';
import { startServer, UNLIMITED, type RunningServer } from './server.ts';

const PATIENT_MS = 240_000;
const EVERYTHING = 120;
/** Few enough to be filled. */
const STORED = 150;
/** Seconds: what waits longer is held against our own server only. */
const QUICK = 5;

const failed = ({ lines }: Report): Line[] => lines.filter(({ outcome }) => outcome === 'fail');
const idsOf = (lines: readonly Line[]): string[] => lines.map(({ id }) => id).toSorted();

function start(): Promise<RunningServer> {
  return startServer(...UNLIMITED, '--stored-per-inbox', String(STORED));
}

async function holdOurs(): Promise<Report> {
  const server = await start();
  try {
    return await runConformance({ ...server, sitePort: 0, patience: EVERYTHING, stored: STORED });
  } finally {
    await server.stop();
  }
}

/** Our own server behind a proxy that breaks it. */
async function holdBroken(kind: string): Promise<Report> {
  const server = await start();
  const proxy = await startProxy(
    server.url,
    (BROKEN[kind] ?? []).map(({ fault }) => fault()),
  );
  try {
    const { registryPort, url: origin } = server;
    const options = {
      url: proxy.url,
      origin: parseServerOrigin(origin, 'origin', { [allowLoopback]: true }),
      registryPort,
      sitePort: 0,
    };
    return await runConformance({ ...options, patience: QUICK, stored: STORED });
  } finally {
    await proxy.stop();
    await server.stop();
  }
}

const reports = new Map<string, Promise<Report>>();
const reportOf = (kind: string): Promise<Report> => reports.get(kind) ?? Promise.reject(new Error(kind));

beforeAll(() => {
  reports.set('ours', holdOurs());
  let before: Promise<unknown> = Promise.resolve();
  for (const kind of Object.keys(BROKEN)) {
    const report = before.then(() => holdBroken(kind)); // one after the other: they share a small machine
    before = Promise.allSettled([report]);
    reports.set(kind, report);
  }
});

afterAll(async () => {
  await Promise.allSettled(reports.values());
}, PATIENT_MS);

test(
  'our own server meets every requirement',
  async () => {
    const report = await reportOf('ours');
    expect(failed(report)).toEqual([]);
    expect(report.fetched).toBeGreaterThan(100);
    expect(idsOf(report.lines)).toEqual(REQUIREMENTS.map(({ id }) => id).toSorted());
    expect(report).toMatchObject({ passed: REQUIREMENTS.length, failed: 0, skipped: 0 });
  },
  PATIENT_MS,
);

describe.each(Object.entries(BROKEN))('%s', (kind, breakages) => {
  test.each(breakages)(
    'that $name fails the lines that say so',
    async ({ fails }) => {
      expect(idsOf(failed(await reportOf(kind)))).toEqual(expect.arrayContaining([...fails]));
    },
    PATIENT_MS,
  );

  test(
    'fails no other lines',
    async () => {
      const expected = new Set(breakages.flatMap(({ fails }) => fails));
      expect(failed(await reportOf(kind)).filter(({ id }) => !expected.has(id))).toEqual([]);
    },
    PATIENT_MS,
  );
});

test('the broken servers break different things', () => {
  for (const breakages of Object.values(BROKEN)) {
    const lines = breakages.flatMap(({ fails }) => fails);
    expect(new Set(lines).size).toBe(lines.length);
    expect(lines.filter((id) => !REQUIREMENTS.some((one) => one.id === id))).toEqual([]);
  }
});
