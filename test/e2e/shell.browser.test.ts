import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import { until } from '../../scripts/journey/wait.ts';
import { patternOf } from '../../extension/platform/origin-pattern.ts';
import { parseOrigin } from '../../src/protocol/ids.ts';
import type { LetterboxApi } from '../../src/protocol/page-api.ts';
import { enableOrigin } from './extension-fixture.ts';
import { BROWSER, launchBrowser } from './launch.ts';
import { serveSite, type Site } from './site.ts';

/** What the browser around the agent does: windows, permissions, restarts. No world is needed: nobody gets connected. */
const EMPTY = { '/': { html: '<!doctype html><title>app</title><script>window.told = [];</script>' } };

declare global {
  // oxlint-disable-next-line no-var -- how a global is declared
  var letterbox: LetterboxApi | undefined;
  var told: string[];
}

let browser: ExtensionBrowser;
let site: Site;

beforeAll(async () => {
  site = await serveSite(EMPTY);
  browser = await launchBrowser({ headless: true });
  await enableOrigin(browser, site.origin);
});

afterAll(async () => {
  await browser.close();
  await site[Symbol.asyncDispose]();
});

async function open(origin = site.origin): Promise<Tab> {
  const page = await browser.newTab();
  await page.goto(origin);
  return page;
}

/** Lets the page ask to connect; what comes of it is told in `window.told`. */
async function ask(page: Tab, name: string): Promise<void> {
  // while a permission is being added, Chromium withholds the earlier ones for a moment
  await page.waitForFunction(() => globalThis.letterbox !== undefined);
  await page.evaluate((app) => {
    globalThis.letterbox?.connect({ name: app }).then(
      () => globalThis.told.push('connected'),
      ({ code }: { code: string }) => globalThis.told.push(code),
    );
  }, name);
}

const toldIn = (page: Tab) => page.evaluate(() => globalThis.told);
const windows = () => browser.viewsOf('approve');

async function approvalWindow(): Promise<Tab> {
  await expect.poll(async () => (await windows()).length).toBe(1);
  const [window] = await windows();
  if (window === undefined) throw new Error('it closed again');
  return window;
}

/** These decline more often in a row than an app may ask. */
async function letAsk(): Promise<void> {
  const settings = await browser.openView('settings', 'apps');
  const answer = await settings.evaluate(
    (app) => chrome.runtime.sendMessage({ to: 'owner', method: 'letAsk', args: [app] }),
    site.origin,
  );
  expect(answer).not.toHaveProperty('error');
  await settings.close();
}

describe('the approval window', () => {
  beforeEach(letAsk);

  test('opens by itself, and closing it declines', async () => {
    const page = await open();
    await ask(page, 'App');
    const window = await approvalWindow();
    // its size is not for here to see: the driver gives every page the same
    const { type } = await window.evaluate(() => chrome.windows.getCurrent());
    expect(type).toBe('popup');
    await window.close();
    await expect.poll(() => toldIn(page)).toEqual(['rejected']);
    await page.close();
  });

  test('is one for all that asks, and the same question is asked once', async () => {
    const other = await serveSite(EMPTY);
    await enableOrigin(browser, other.origin);
    const pages = [await open(), await open(), await open(other.origin)];
    for (const page of pages) await ask(page, 'App');
    const window = await approvalWindow();
    await window.getByText('Request 1 of 2').waitFor();
    await window.close();
    for (const page of pages) await expect.poll(() => toldIn(page)).toEqual(['rejected']);
    for (const page of pages) await page.close();
    await other[Symbol.asyncDispose]();
  });

  test('is one for pages in two windows of the browser, and both hear the answer', async () => {
    const view = await browser.openView('settings');
    const before = (await browser.tabs()).length;
    await view.evaluate(async (url) => void (await chrome.windows.create({ url })), site.origin);
    const other = await until('the page in the other window is open', async () => {
      const tabs = await browser.tabs();
      if (tabs.length <= before) return undefined;
      for (const tab of tabs.slice(before))
        if (await tab.evaluate((url) => location.href.startsWith(url), site.origin)) return tab;
      return undefined;
    });
    const page = await open();
    for (const one of [page, other]) await ask(one, 'App');
    const window = await approvalWindow();
    await window.getByRole('button', { name: 'Decline' }).dispatchEvent('click');
    for (const one of [page, other]) await expect.poll(() => toldIn(one)).toEqual(['rejected']);
    await expect.poll(async () => (await windows()).length).toBe(0);
    for (const one of [page, other, view]) await one.close();
  });

  test('closed after the worker died under the question still declines it', async () => {
    const page = await open();
    await ask(page, 'App');
    const window = await approvalWindow();
    await browser.killWorker();
    await window.close();
    await expect.poll(() => toldIn(page)).toEqual(['rejected']);
    await page.close();
  });

  test('gives a second question a window of its own once the first is closed', async () => {
    const page = await open();
    await ask(page, 'App');
    await (await approvalWindow()).close();
    await expect.poll(() => toldIn(page)).toHaveLength(1);
    await ask(page, 'App');
    await (await approvalWindow()).close();
    await expect.poll(() => toldIn(page)).toEqual(['rejected', 'rejected']);
    await page.close();
  });
});

test('what a page asks as soon as it has its answer is shown, not declined with the window', async () => {
  // two questions a site: a third decline in a row would make it quiet
  const sites = await Promise.all([1, 2, 3, 4].map(() => serveSite(EMPTY)));
  for (const { origin } of sites) {
    await enableOrigin(browser, origin);
    const page = await open(origin);
    await page.waitForFunction(() => globalThis.letterbox !== undefined);
    await page.evaluate(() => {
      void (async () => {
        for (const asked of ['App 1', 'App 2']) {
          await globalThis.letterbox?.connect({ name: asked }).catch(() => undefined);
          globalThis.told.push(asked);
        }
      })();
    });
    for (const asked of [1, 2]) {
      const showing = async () => {
        const [window] = await windows();
        return (await window?.getByText(`“App ${asked}”`).isVisible()) === true ? window : undefined;
      };
      await until(`App ${asked} is shown`, showing);
      await (await showing())?.getByRole('button', { name: 'Decline' }).dispatchEvent('click');
      await expect.poll(() => toldIn(page)).toHaveLength(asked);
    }
    await page.close();
  }
  for (const one of sites) await one[Symbol.asyncDispose]();
});

describe("the browser's permission", () => {
  beforeEach(letAsk);

  test('given after the popup that asked was closed by the question: the background goes on alone', async () => {
    const other = await serveSite(EMPTY);
    const page = await open(other.origin);
    await browser.grant(other.origin);
    const view = await browser.openView('popup');
    await view.evaluate((origin) => chrome.storage.session.set({ 'wanted-origin': origin }), other.origin);
    await browser.requestPermission(view, other.origin);
    await view.close();
    await expect.poll(() => page.evaluate(() => typeof globalThis.letterbox)).toBe('object');
    await page.close();
    await other[Symbol.asyncDispose]();
  });

  test('taken away in the browser itself turns the site off, given back it is on again', async () => {
    const page = await open();
    await ask(page, 'App');
    await page.evaluate(() => {
      globalThis.letterbox?.on('disconnect', ({ reason }) => globalThis.told.push(reason));
    });
    const window = await approvalWindow();
    const view = await browser.openView('settings');
    const pattern = patternOf(parseOrigin(site.origin), BROWSER === 'chromium');
    await view.evaluate((origins) => chrome.permissions.remove({ origins }), [pattern]);
    await expect.poll(() => toldIn(page)).toEqual(['disconnected', 'extension']);
    await window.close();
    const without = await open();
    expect(await without.evaluate(() => typeof globalThis.letterbox)).toBe('undefined');

    await browser.requestPermission(view, site.origin);
    await expect.poll(() => without.evaluate(() => typeof globalThis.letterbox)).toBe('object');
    for (const one of [view, page, without]) await one.close();
  });
});
