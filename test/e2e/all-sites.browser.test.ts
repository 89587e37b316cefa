import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import { EVERYWHERE } from '../../extension/platform/origin-pattern.ts';
import type { LetterboxApi } from '../../src/protocol/page-api.ts';
import { enableOrigin } from './extension-fixture.ts';
import { BROWSER, launchBrowser } from './launch.ts';
import { serveSite, type Site } from './site.ts';

/** The setting for those who want Letterbox everywhere, with one site that was turned on by itself. */
const PAGE = {
  '/': {
    html: '<!doctype html><title>app</title><script>window.first = typeof letterbox; window.told = [];</script>',
  },
};

/** Who takes a single site's permission along with the broad one. */
const TAKES_ALONG = BROWSER === 'chromium' ? [BROWSER] : [];

declare global {
  // oxlint-disable-next-line no-var -- how a global is declared
  var letterbox: LetterboxApi | undefined;
  var first: string;
  var told: string[];
}

let browser: ExtensionBrowser;
let single: Site;
let other: Site;
/** Another host, for Firefox takes all ports of one for one site. */
let elsewhere: string;
let settings: Tab;

beforeAll(async () => {
  [single, other] = await Promise.all([serveSite(PAGE), serveSite(PAGE)]);
  elsewhere = other.origin.replace('127.0.0.1', 'localhost');
  browser = await launchBrowser({ headless: true });
  await enableOrigin(browser, single.origin);
  settings = await browser.openView('settings', 'general');
});

afterAll(async () => {
  await browser.close();
  for (const site of [single, other]) await site[Symbol.asyncDispose]();
});

const all = () => settings.getByRole('switch', { name: 'All sites' });

async function open(origin: string): Promise<Tab> {
  const page = await browser.newTab();
  await page.goto(origin);
  return page;
}

async function turn(on: boolean): Promise<void> {
  if (on) await browser.grant('https://*', 'http://localhost', 'http://127.0.0.1');
  await settings.bringToFront();
  await all().click();
  await expect.poll(() => all().isChecked()).toBe(on);
}

const kind = (page: Tab) => page.evaluate(() => typeof globalThis.letterbox);
const permitted = () =>
  settings.evaluate(async () => (await chrome.permissions.getAll()).origins?.toSorted() ?? []);

/** From now on the page notes why it is disconnected. It has a port by which it could be told. */
async function listen(page: Tab): Promise<void> {
  expect(await codeOf(page)).toBe('not-connected');
  await page.evaluate(() => {
    globalThis.letterbox?.on('disconnect', ({ reason }) => globalThis.told.push(reason));
  });
}

const asked = (method: string) =>
  settings.evaluate((name) => chrome.runtime.sendMessage({ to: 'origins', method: name }), method);

/** What a call comes to: its error's code. */
function codeOf(page: Tab): Promise<string> {
  return page.evaluate(async () => {
    try {
      await globalThis.letterbox?.list();
      return 'answered';
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
  });
}

/** In order: each goes on from the one before. */
describe('all sites', () => {
  test('turned on: open pages get it without a reload, new ones before their first script', async () => {
    const page = await open(elsewhere);
    expect(await kind(page)).toBe('undefined');
    await turn(true);
    await expect.poll(() => codeOf(page)).toBe('not-connected');
    const fresh = await open(elsewhere);
    expect(await fresh.evaluate(() => globalThis.first)).toBe('object');
    expect(await permitted()).toEqual(expect.arrayContaining([...EVERYWHERE]));
    await fresh.close();
    await page.close();
  });

  test('turned off: their pages are told at once, new ones get nothing, and the broad permission is gone', async () => {
    const [page, own] = [await open(elsewhere), await open(single.origin)];
    for (const one of [page, own]) await listen(one);
    await turn(false);
    await expect.poll(() => page.evaluate(() => globalThis.told)).toEqual(['extension']);
    expect(await codeOf(page)).toBe('disconnected');
    const fresh = await open(elsewhere);
    expect(await kind(fresh)).toBe('undefined');
    expect((await permitted()).filter((pattern) => /\/\/(\*|localhost)\//.test(pattern))).toEqual([]);
    await expect.poll(() => codeOf(own)).toBe('not-connected'); // of the site that is on by itself
    expect(await own.evaluate(() => globalThis.told)).toEqual([]);
    for (const one of [page, own, fresh]) await one.close();
  });

  test('and the site that was turned on by itself stays on', async () => {
    expect(await asked('sites')).toEqual({ ok: { on: [single.origin], withheld: [], everywhere: 'off' } });
    const page = await open(single.origin);
    expect(await page.evaluate(() => globalThis.first)).toBe('object');
    expect(await codeOf(page)).toBe('not-connected');
    await page.close();
  });

  test.each(TAKES_ALONG)(
    'however long Chromium takes to give its permission back, its page is told nothing',
    async () => {
      await turn(true);
      const own = await open(single.origin);
      await listen(own);
      await asked('disableEverywhere'); // as the settings do, before they ask for the site's permission
      await expect.poll(() => codeOf(own)).toBe('not-allowed');
      await browser.requestPermission(settings, single.origin);
      await expect.poll(() => codeOf(own)).toBe('not-connected');
      expect(await own.evaluate(() => globalThis.told)).toEqual([]);
      await own.close();
    },
  );

  test('taken away by the browser itself: the settings say so, and where it is off', async () => {
    await turn(true);
    await settings.evaluate((origins) => chrome.permissions.remove({ origins }), ['https://*/*']);
    await settings.getByText('Your browser withholds it').waitFor();
    expect(await all().isChecked()).toBe(true);
    await browser.grant('https://*');
    await settings.bringToFront();
    await settings.getByRole('button', { name: 'Ask the browser again' }).click();
    await expect.poll(() => settings.getByText('Your browser withholds it').isVisible()).toBe(false);
    await turn(false);
  });
});
