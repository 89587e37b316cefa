import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import { enableOrigin } from './extension-fixture.ts';
import { launchBrowser } from './launch.ts';
import { serveSite, type Site } from './site.ts';

let browser: ExtensionBrowser;
let site: Site;

beforeAll(async () => {
  site = await serveSite({
    '/': { html: '<!doctype html><title>app</title><script>window.told = [];</script>' },
  });
  browser = await launchBrowser({ headless: true });
  await enableOrigin(browser, site.origin);
});

afterAll(async () => {
  await browser.close();
  await site[Symbol.asyncDispose]();
});

test('an update of the extension reaches pages that are open: they are told, and the same object works again', async () => {
  const page = await browser.newTab();
  await page.goto(site.origin);
  await page.evaluate(() => {
    globalThis.letterbox?.on('disconnect', ({ reason }) => globalThis.told.push(reason));
  });
  await browser.update();
  await expect.poll(() => page.evaluate(() => globalThis.told), { timeout: 20_000 }).toEqual(['extension']);
  const code = () =>
    page.evaluate(() =>
      globalThis.letterbox?.list().then(
        () => 'answered',
        (error: { code: string }) => error.code,
      ),
    );
  await expect.poll(code, { timeout: 20_000 }).toBe('not-connected');
  await page.close();
});
