import { defineConfig } from 'vitest/config';

/** Five lanes: what needs neither browser nor NATS, a cluster, faults under load, a Chromium, and the smoke test in a Firefox. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/**/*.{chromium,firefox,cluster,faults}.test.ts'],
          // The browser lane keeps the machine busy meanwhile, and some of these start servers of their own.
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'cluster',
          include: ['test/**/*.cluster.test.ts'],
          globalSetup: 'test/server/nats/shared-cluster.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      heavy('faults', 'test/**/*.faults.test.ts', 300_000),
      heavy('e2e-chromium', 'test/**/*.chromium.test.ts'),
      heavy('e2e-firefox', 'test/**/*.firefox.test.ts'),
    ],
  },
});

/** Browsers, and servers under load, are heavy: one file at a time, and long enough for a slow machine. */
function heavy(name: string, include: string, timeout = 120_000) {
  return {
    test: { name, include: [include], fileParallelism: false, testTimeout: timeout, hookTimeout: timeout },
  };
}
