import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import { enableApp } from '../../scripts/journey/views.ts';
import { listenOnLoopback, type LoopbackServer } from '../../src/devnet/loopback.ts';
import type { Area, Sample } from '../frame/area.ts';
import { median } from '../frame/statistics.ts';
import { openBare } from './bare.ts';
import { inBrowser, openWorkbench, type BrowserName, type Workbench } from './workbench.ts';

/** Loads of each page in a round, of which the median counts. */
const LOADS = 15;
const HTML = '<!doctype html><title>A page</title><p>Nothing else.</p>';
/** Bytes after gzip. */
const LIMITS = { page: 4000, content: 2000 };

const CASES = ['off', 'withoutOff', 'on', 'withoutOn'] as const;
type Case = (typeof CASES)[number];

/**
 * One tab a case, all of the same trivial page: its loads are taken in turn, so that a drift hits all alike. Each of the
 * two sites is also loaded in a browser without the extension, since looking up one host can take longer than the other.
 */
type Tabs = Readonly<Record<Case, Tab>>;

/** What Letterbox costs a page: in milliseconds of its load, and in what is put into it, which no browser changes. */
export function pageCost(name: BrowserName): Area {
  return {
    rounds: 9,
    warmUps: 1,
    async open() {
      const [site, other] = [await serve(), await serve()];
      const workbench = await openWorkbench(name);
      await enable(workbench.browser, site.origin);
      const bare = await openBare(name);
      const tabs = {
        off: await workbench.browser.newTab(),
        withoutOff: await bare.newTab(),
        on: await workbench.browser.newTab(),
        withoutOn: await bare.newTab(),
      };
      const off = elsewhere(other.origin);
      const urls = { off, withoutOff: off, on: site.origin, withoutOn: site.origin };
      const sizes = name === 'chromium' ? await sizeSamples(workbench) : [];
      return {
        round: async () => [...(await loadSamples(inBrowser(name), tabs, urls)), ...sizes],
        async close() {
          await bare.close();
          await workbench.close();
          await site.stop();
          await other.stop();
        },
      };
    },
  };
}

function serve(): Promise<LoopbackServer> {
  const headers = { 'Content-Type': 'text/html' };
  return listenOnLoopback(0, () => () => ({ status: 200, headers, body: HTML }));
}

/** Firefox knows no ports in the patterns of sites: only another host is one where Letterbox is off. */
function elsewhere(origin: string): string {
  return origin.replace('127.0.0.1', 'localhost');
}

async function enable(browser: ExtensionBrowser, origin: string): Promise<void> {
  const apps = await browser.openView('settings', 'apps');
  await browser.grant(origin);
  await enableApp(apps, origin);
  await apps.close();
}

async function loadSamples(
  where: string,
  tabs: Tabs,
  urls: Readonly<Record<Case, string>>,
): Promise<Sample[]> {
  const times: Record<Case, number[]> = { off: [], withoutOff: [], on: [], withoutOn: [] };
  for (let load = 0; load < LOADS; load += 1)
    for (const which of CASES) times[which].push(await timeOf(tabs[which], urls[which]));
  await requireSetUp(tabs);
  const sample = (which: string, value: readonly number[], without: readonly number[]): Sample => ({
    name: `extension/page-cost, ${which}${where}`,
    value: median(value),
    unit: 'ms',
    against: { name: 'without the extension', value: median(without) },
  });
  return [sample('not enabled', times.off, times.withoutOff), sample('enabled', times.on, times.withoutOn)];
}

/** From the beginning of the navigation to the end of its load event. */
async function timeOf(tab: Tab, url: string): Promise<number> {
  await tab.goto(url);
  return tab.evaluate(async () => {
    const ended = (): number => {
      const [entry] = performance.getEntriesByType('navigation') as [PerformanceNavigationTiming];
      return entry.loadEventEnd;
    };
    while (ended() === 0)
      await new Promise((resolve) => {
        setTimeout(resolve);
      });
    return ended();
  });
}

/** So that what is measured is what is meant. */
async function requireSetUp(tabs: Tabs): Promise<void> {
  const has = (tab: Tab): Promise<boolean> => tab.evaluate(() => 'letterbox' in window);
  const found = await Promise.all(CASES.map((which) => has(tabs[which])));
  if (found.join() !== 'false,false,true,false') throw new Error(`the API is there in ${found.join()}`);
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
