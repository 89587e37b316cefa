import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { until } from '../../scripts/journey/wait.ts';
import type { View } from '../../scripts/journey/browser.ts';

/** A Firefox with the built extension in it. */
export interface Firefox {
  readonly browser: Browser;
  /** Opens one of the extension's views in a tab; `hash` without its `#`. */
  openView(view: View, hash?: string): Promise<Page>;
  /** The page that shows a view by itself, such as the approval window. */
  findView(view: View): Promise<Page>;
  close(): Promise<void>;
}

const BUILD = join(import.meta.dirname, '../../dist/firefox');
/** The extension's internal id, given beforehand so that the addresses of its views are known. */
const UUID = '5d0f9c1e-4f0b-4a57-9a43-8f8f3d1c2b6a';

/** Launches the Firefox that FIREFOX_PATH names. Its own question for a site's permission is answered with yes. */
export async function launchFirefox(): Promise<Firefox> {
  const executablePath = process.env['FIREFOX_PATH'];
  if (executablePath === undefined) throw new Error('Set FIREFOX_PATH, as npm test does.');
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: {
      'extensions.webextensions.uuids': JSON.stringify({ [geckoId()]: UUID }),
      'extensions.webextOptionalPermissionPrompts': false,
    },
  });
  await browser.installExtension(BUILD);
  return {
    browser,
    openView: (view, hash) => openView(browser, `${addressOf(view)}${hash === undefined ? '' : `#${hash}`}`),
    findView: (view) => findPage(browser, addressOf(view)),
    close: () => browser.close(),
  };
}

function addressOf(view: View): string {
  return `moz-extension://${UUID}/${view}/index.html`;
}

/** Loading a page of an extension never resolves there; that its content stands is what counts. */
async function openView(browser: Browser, address: string): Promise<Page> {
  const page = await browser.newPage();
  const loading = page.goto(address, { timeout: 2000 });
  await Promise.allSettled([loading]);
  await page.waitForFunction(() => (document.querySelector('#view')?.childElementCount ?? 0) > 0);
  return page;
}

/**
 * Asks the pages themselves, newest first: what the driver takes for a view's address stays about:blank, and it lists
 * pages that are closed.
 */
function findPage(browser: Browser, address: string): Promise<Page> {
  return until(`a page shows ${address}`, async () => {
    const pages = await browser.pages();
    const hrefs = await Promise.allSettled(pages.map((page) => page.evaluate(() => location.href)));
    const found = hrefs.findLastIndex(
      (href) => href.status === 'fulfilled' && href.value.startsWith(address),
    );
    return pages[found];
  });
}

function geckoId(): string {
  const { browser_specific_settings: settings } = JSON.parse(
    readFileSync(join(BUILD, 'manifest.json'), 'utf8'),
  ) as { browser_specific_settings: { gecko: { id: string } } };
  return settings.gecko.id;
}
