import { expect, test } from 'vitest';
import { isThere, newStoreUrl } from '../nats/store.ts';
import { judge } from './judge.ts';
import { storm } from './storm.ts';

/** Eleven thousand of them fill the server's memories. A hundred thousand are sent to SQLite: storm.faults.test.ts */
const REQUESTS = 30_000;

test.skipIf(!isThere)(
  'a store on NATS, too, meets requests that no good client sends: no 500, nothing open, no growth, and it still serves',
  async () => {
    const report = await storm(REQUESTS, 2, () => undefined, ['--store', newStoreUrl()]);
    expect(judge(report)).toEqual([]);
    for (const status of ['200', '201', '204', '400', '401', '403', '404', '409', '410', '413'])
      expect(report.statuses[status]).toBeGreaterThan(10);
  },
  300_000,
);
