import { defineConfig } from 'vitest/config';

/** What is in them needs no built extension: they come with pages of their own. */
const VIEWS = 'test/extension/views/**/*.browser.test.ts';

/**
 * Seven lanes: what needs neither browser nor NATS, a cluster, faults under load, and in two browsers the views, and the
 * extension whole. What is called `*.browser.test.ts` runs in both.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/**/*.{browser,cluster,faults}.test.ts'],
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
      heavy('views-chromium', [VIEWS], { browser: 'chromium' }),
      heavy('views-firefox', [VIEWS], { browser: 'firefox' }),
      heavy('e2e-chromium', ['test/**/*.browser.test.ts'], { browser: 'chromium', exclude: [VIEWS] }),
      heavy('e2e-firefox', ['test/**/*.browser.test.ts'], { browser: 'firefox', exclude: [VIEWS] }),
    ],
  },
});

interface Needs {
  readonly timeout?: number;
  readonly browser?: 'chromium' | 'firefox';
  readonly exclude?: string[];
}

/** Browsers, and servers under load, are heavy: one file at a time, and long enough for a slow machine. */
function heavy(
  name: string,
  include: string[],
  { timeout = 120_000, browser = 'chromium', exclude = [] }: Needs,
) {
  return {
    test: {
      name,
      include,
      exclude,
      provide: { browser },
      fileParallelism: false,
      testTimeout: timeout,
      hookTimeout: timeout,
      // a window takes its time where two browsers share two cores
      expect: { poll: { timeout: 20_000 } },
    },
  };
}
