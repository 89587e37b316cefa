import { defineConfig } from 'vitest/config';

/** Four lanes: what needs neither browser nor NATS, what needs a cluster, a Chromium, and the smoke test in a Firefox. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/**/*.{chromium,firefox,cluster}.test.ts'],
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
      e2e('e2e-chromium', 'test/**/*.chromium.test.ts'),
      e2e('e2e-firefox', 'test/**/*.firefox.test.ts'),
    ],
  },
});

/** Browsers are heavy: one file at a time, and long enough for a slow machine. */
function e2e(name: string, include: string) {
  return {
    test: { name, include: [include], fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 },
  };
}
