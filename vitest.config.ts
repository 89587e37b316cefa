import { defineConfig } from 'vitest/config';

/**
 * Five lanes: what needs neither browser nor NATS, a cluster, faults under load, and two browsers. What is called
 * `*.browser.test.ts` runs in both.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/**/*.{browser,chromium,cluster,faults}.test.ts'],
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
      heavy('faults', ['test/**/*.faults.test.ts'], { timeout: 300_000 }),
      heavy('e2e-chromium', ['test/**/*.{browser,chromium}.test.ts'], { browser: 'chromium' }),
      heavy('e2e-firefox', ['test/**/*.browser.test.ts'], { browser: 'firefox' }),
    ],
  },
});

interface Needs {
  readonly timeout?: number;
  readonly browser?: 'chromium' | 'firefox';
}

/** Browsers, and servers under load, are heavy: one file at a time, and long enough for a slow machine. */
function heavy(name: string, include: string[], { timeout = 120_000, browser = 'chromium' }: Needs) {
  return {
    test: {
      name,
      include,
      provide: { browser },
      fileParallelism: false,
      testTimeout: timeout,
      hookTimeout: timeout,
      // a window takes its time where two browsers share two cores
      expect: { poll: { timeout: 20_000 } },
    },
  };
}
