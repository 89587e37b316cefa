import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import type { LetterboxApi } from '../../src/protocol/page-api.ts';
import { enableOrigin } from './extension-fixture.ts';
import { launchBrowser } from './launch.ts';
import { serveSite, type Site } from './site.ts';

declare global {
  // oxlint-disable-next-line no-var -- how a global is declared
  var letterbox: LetterboxApi | undefined;
}

let folder: string;
let profile: string;
let site: Site;
let browser: ExtensionBrowser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'letterbox-restart-'));
  profile = join(folder, 'profile');
  await mkdir(profile);
  site = await serveSite({ '/': { html: '<!doctype html><title>app</title>' } });
  browser = await launchBrowser({ headless: true, profile });
  await enableOrigin(browser, site.origin);
});

afterAll(async () => {
  await browser.close();
  await site[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

async function openApp(): Promise<Tab> {
  const app = await browser.newTab();
  await app.goto(site.origin);
  return app;
}

/** The page asks to be connected. @returns the window, and what becomes of the call, which the page keeps waiting for */
async function ask(app: Tab): Promise<Tab> {
  return browser.untilOpens('approve', () =>
    app.evaluate(() => {
      void globalThis.letterbox?.connect().catch(() => undefined);
    }),
  );
}

async function overview(): Promise<unknown> {
  const settings = await browser.openView('settings');
  const answer = await settings.evaluate(() =>
    chrome.runtime.sendMessage({ to: 'owner', method: 'overview', args: [] }),
  );
  await settings.close();
  return answer;
}

test('a question that is open when the browser ends is nobody’s no, however often: the app may ask again', async () => {
  for (const _ of [1, 2, 3]) {
    const window = await ask(await openApp());
    await window.getByRole('button', { name: 'Decline' }).waitFor();
    await browser.close();
    browser = await launchBrowser({ headless: true, profile });
    await expect.poll(overview).toMatchObject({ ok: { approvals: 0, quiet: [] } });
  }
  await ask(await openApp());
});

test('a question whose window no worker knows of, for it ended before, comes up again', async () => {
  const [window] = await browser.viewsOf('approve');
  if (window === undefined) throw new Error('the approval window is gone');
  const settings = await browser.openView('settings');
  await settings.evaluate(() => chrome.storage.session.remove('approval-window'));
  await browser.killWorker();
  const again = await browser.untilOpens('approve', () => window.close());
  await again.getByRole('button', { name: 'Decline' }).click();
  await expect.poll(overview).toMatchObject({ ok: { approvals: 0 } });
});
