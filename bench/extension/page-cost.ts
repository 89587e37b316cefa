import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import { pageOf } from '../../scripts/journey/chromium.ts';
import { enableApp } from '../../scripts/journey/views.ts';
import { listenOnLoopback, type LoopbackServer } from '../../src/devnet/loopback.ts';
import type { Area, Sample } from '../frame/area.ts';
import { median } from '../frame/statistics.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

/** Loads of each page in a round, of which the median counts. */
const LOADS = 15;
const HTML = '<!doctype html><title>A page</title><p>Nothing else.</p>';
/** Bytes after gzip. */
const LIMITS = { page: 4000, content: 2000 };

/** One tab a case, all of the same trivial page: its loads are taken in turn, so that a drift hits all alike. */
type Tabs = Readonly<Record<'none' | 'off' | 'on', Page>>;

/** What Letterbox costs a page: in milliseconds of its load, and in what is put into it. */
export const pageCost: Area = {
  rounds: 9,
  warmUps: 1,
  async open() {
    const [site, other] = [await serve(), await serve()];
    const workbench = await openWorkbench('chromium');
    await enable(workbench.browser, site.origin);
    const bare = await chromium.launch({
      executablePath: process.env['CHROMIUM_PATH'] ?? '',
      headless: true,
    });
    const tabs = {
      none: await bare.newPage(),
      off: pageOf(await workbench.browser.newTab()),
      on: pageOf(await workbench.browser.newTab()),
    };
    const urls = { none: site.origin, off: other.origin, on: site.origin };
    const sizes = await sizeSamples(workbench);
    return {
      round: async () => [...(await loadSamples(tabs, urls)), ...sizes],
      async close() {
        await bare.close();
        await workbench.close();
        await site.stop();
        await other.stop();
      },
    };
  },
};

function serve(): Promise<LoopbackServer> {
  const headers = { 'Content-Type': 'text/html' };
  return listenOnLoopback(0, () => () => ({ status: 200, headers, body: HTML }));
}

async function enable(browser: ExtensionBrowser, origin: string): Promise<void> {
  const apps = await browser.openView('settings', 'apps');
  await browser.grant(origin);
  await enableApp(apps, origin);
  await apps.close();
}

async function loadSamples(tabs: Tabs, urls: Readonly<Record<keyof Tabs, string>>): Promise<Sample[]> {
  const times: Record<keyof Tabs, number[]> = { none: [], off: [], on: [] };
  for (let load = 0; load < LOADS; load += 1)
    for (const which of ['none', 'off', 'on'] as const)
      times[which].push(await timeOf(tabs[which], urls[which]));
  await requireSetUp(tabs);
  const against = { name: 'without the extension', value: median(times.none) };
  return [
    { name: 'extension/page-cost, not enabled', value: median(times.off), unit: 'ms', against },
    { name: 'extension/page-cost, enabled', value: median(times.on), unit: 'ms', against },
  ];
}

/** From the beginning of the navigation to the end of its load event. */
async function timeOf(page: Page, url: string): Promise<number> {
  await page.goto(url, { waitUntil: 'load' });
  return page.evaluate(() => {
    const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    return entry?.loadEventEnd ?? Number.NaN;
  });
}

/** So that what is measured is what is meant. */
async function requireSetUp(tabs: Tabs): Promise<void> {
  const has = (page: Page): Promise<boolean> => page.evaluate(() => 'letterbox' in window);
  const found = await Promise.all([has(tabs.none), has(tabs.off), has(tabs.on)]);
  if (found.join() !== 'false,false,true') throw new Error(`the API is there in ${found.join()}`);
}

async function sizeSamples({ build }: Workbench): Promise<Sample[]> {
  const sizes = JSON.parse(await readFile(join(build, 'sizes.json'), 'utf8')) as Record<
    string,
    { gzip: number }
  >;
  return (['page', 'content'] as const).map((name) => ({
    name: `extension/page-cost, ${name} script after gzip`,
    value: sizes[name]?.gzip ?? Number.NaN,
    unit: 'bytes',
    against: { name: 'limit', value: LIMITS[name] },
    wanted: { atMost: 1 },
  }));
}
