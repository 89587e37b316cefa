import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ExtensionBrowser, Launch } from '../../scripts/journey/browser.ts';
import { launchChromium } from '../../scripts/journey/chromium.ts';
import { driveFirefox, startFirefox } from '../../scripts/journey/firefox/launch.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import type { OwnerApi } from '../../src/agent/owner-api.ts';
import type { Job } from './worker/jobs.ts';

export type BrowserName = 'chromium' | 'firefox';

/** What a row's name ends with: one of Chromium says nothing of it. */
export function inBrowser(browser: BrowserName): '' | ', Firefox' {
  return browser === 'firefox' ? ', Firefox' : '';
}

/** A browser with the extension in it, whose background also runs jobs. What is started here is ended by `close`. */
export interface Workbench {
  readonly browser: ExtensionBrowser;
  /** The folder with the build. */
  readonly build: string;
  run(job: Job): Promise<number>;
  /** Resolves when the badge shows this, to when that was, in Unix milliseconds. */
  badgeShows(text: string): Promise<number>;
  owner<Method extends keyof OwnerApi>(
    method: Method,
    ...args: Parameters<OwnerApi[Method]>
  ): Promise<Awaited<ReturnType<OwnerApi[Method]>>>;
  close(): Promise<void>;
}

/** Or Playwright would be told of each of the worker's requests, and that be measured. */
process.env['PLAYWRIGHT_DISABLE_SERVICE_WORKER_NETWORK'] = '1';

/** Firefox tells pages the time in whole milliseconds, of which a page's load takes few. */
export const FINE_CLOCK = { 'privacy.reduceTimerPrecision': false };

const LAUNCH: Readonly<Record<BrowserName, Launch>> = {
  chromium: launchChromium,
  firefox: async (options) => driveFirefox(await startFirefox(options, FINE_CLOCK), options),
};
const ROOT = join(import.meta.dirname, '../..');

export async function openWorkbench(name: BrowserName): Promise<Workbench> {
  const build = await buildExtension();
  return workbenchOf(await LAUNCH[name]({ headless: true, extension: join(build, name) }), build);
}

export async function workbenchOf(browser: ExtensionBrowser, build: string): Promise<Workbench> {
  const view = await browser.newTab();
  await view.goto(`${browser.origin}/icons/bare-16.png`); // runs nothing that would wake the worker
  return {
    browser,
    build,
    badgeShows: (text) => view.evaluate(untilBadge, text),
    run: (job) => ask(view, job) as Promise<number>,
    owner: async (method, ...args) => okOf(await ask(view, { to: 'owner', method, args })) as never,
    async close() {
      await browser.close();
      await rm(build, { recursive: true, force: true });
    },
  };
}

/** @returns the folder with one build a browser, and sizes.json */
export async function buildExtension(
  background = join(import.meta.dirname, 'worker/main.ts'),
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'letterbox-bench-extension-'));
  const script = [join(ROOT, 'scripts/build.ts'), folder, '--background', background];
  await promisify(execFile)(process.execPath, script, { cwd: ROOT });
  return folder;
}

async function untilBadge(text: string): Promise<number> {
  while ((await chrome.action.getBadgeText({})) !== text);
  return performance.timeOrigin + performance.now();
}

/** As text, since messages between the parts of an extension may be no more than JSON. */
async function ask(view: Tab, message: object): Promise<unknown> {
  return view.evaluate(
    (text) => chrome.runtime.sendMessage(JSON.parse(text) as object),
    JSON.stringify(message),
  );
}

function okOf(answer: unknown): unknown {
  const { ok, error } = answer as { ok?: unknown; error?: unknown };
  if (error !== undefined) throw new Error(JSON.stringify(error));
  return ok;
}
