import { expect, test } from 'vitest';
import { judge } from './judge.ts';
import { storm } from './storm.ts';

const REQUESTS = 100_000;

test('a hundred thousand requests that no good client sends: no 500, nothing open, no growth, and it still serves', async () => {
  const report = await storm(REQUESTS, 1, () => undefined);
  expect(judge(report)).toEqual([]);
  expect(report.requests).toBeGreaterThanOrEqual(REQUESTS);
  // They came to where things are done.
  for (const status of ['200', '201', '204', '400', '401', '403', '404', '409', '410', '413', '431', '503'])
    expect(report.statuses[status]).toBeGreaterThan(50);
}, 600_000);
