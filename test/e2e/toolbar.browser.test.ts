import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import { launchBrowser } from './launch.ts';
import { serveSite, type Site } from './site.ts';

/** From the icon in the toolbar, over a page: which site that is the popup learns from the browser alone. */
let browser: ExtensionBrowser;
let site: Site;
let page: Tab;

beforeAll(async () => {
  site = await serveSite({ '/': { html: '<!doctype html><title>app</title>' } });
  browser = await launchBrowser({ headless: true });
  page = await browser.newTab();
  await page.goto(site.origin);
});

afterAll(async () => {
  await browser.close();
  await site[Symbol.asyncDispose]();
});

const kind = () => page.evaluate(() => typeof (globalThis as { letterbox?: unknown }).letterbox);

/** In order: each goes on from the one before. */
test('pressed over a page, the popup names its site, and turns Letterbox on there', async () => {
  expect(await kind()).toBe('undefined');
  await browser.grant(site.origin);
  const said = await browser.pressInPopup(page, 'Use Letterbox here');
  expect(said).toContain(new URL(site.origin).host);
  expect(said).toContain('Letterbox is off here');
  await expect.poll(kind).toBe('object');
});

test('pressed again it says that it is on, and turns it off at once', async () => {
  const said = await browser.pressInPopup(page, 'Turn off');
  expect(said).toContain('On. The app can ask to connect.');
  const code = () =>
    page.evaluate(() =>
      (globalThis as unknown as { letterbox: { list(): Promise<unknown> } }).letterbox.list().then(
        () => 'answered',
        (error: { code: string }) => error.code,
      ),
    );
  await expect.poll(code).toBe('disconnected');
  await page.reload();
  expect(await kind()).toBe('undefined');
});
