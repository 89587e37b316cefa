import { expect, test } from 'vitest';
import { runConformance } from '../../src/conformance/run.ts';
import { REQUIREMENTS } from '../../src/conformance/requirements.ts';
import { isThere, newStoreUrl } from '../server/nats/store.ts';
import { startServer, UNLIMITED } from './server.ts';

const PATIENT_MS = 240_000;
/** Few enough to be filled. */
const STORED = 150;

test.skipIf(!isThere)(
  'our own server meets every requirement on NATS, too',
  async () => {
    const store = ['--store', newStoreUrl(), '--stored-per-inbox', String(STORED)];
    const server = await startServer(...UNLIMITED, ...store);
    try {
      const report = await runConformance({ ...server, sitePort: 0, patience: 120, stored: STORED });
      expect(report.lines.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
      expect(report).toMatchObject({ passed: REQUIREMENTS.length, failed: 0, skipped: 0 });
    } finally {
      await server.stop();
    }
  },
  PATIENT_MS,
);
