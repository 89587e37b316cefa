import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer-core';
import type { BrowserOptions, ExtensionBrowser, View } from '../browser.ts';
import { until } from '../wait.ts';
import { download, downloadPreferences } from './downloads.ts';
import { openDesk } from './desk.ts';
import type { Preferences } from './preferences.ts';
import { requestPermission } from './permission.ts';
import { openPrivileged } from './privileged.ts';
import { sessionOf } from './session.ts';
import { openTabs, type Tabs } from './tabs.ts';

const ROOT = join(import.meta.dirname, '../../..');
const BUILD = join(ROOT, 'dist/firefox');
/** The extension's internal id, given beforehand so that the addresses of its views are known. */
const UUID = '5d0f9c1e-4f0b-4a57-9a43-8f8f3d1c2b6a';
const ORIGIN = `moz-extension://${UUID}`;
/** Nothing is there: what is not on this machine cannot be reached. */
const NOWHERE = { 'network.proxy.http': '127.0.0.1', 'network.proxy.http_port': 9 };

/**
 * Launches the Firefox that FIREFOX_PATH names, with the built extension in it. Its own question for a site's permission
 * is answered with yes.
 */
export async function launchFirefox(options: BrowserOptions): Promise<ExtensionBrowser> {
  const { profile } = options;
  const isNew = profile === undefined || (await readdir(profile)).length === 0;
  return driveFirefox(await startFirefox(options), options, isNew);
}

/**
 * One without the extension.
 * @param own preferences of Firefox that are to be otherwise than in the tests
 * @param env environment variables beside this process's own
 */
export function startFirefox(
  { profile, display, ...options }: BrowserOptions,
  own: Preferences = {},
  env: Readonly<Record<string, string>> = {},
): Promise<Browser> {
  const executablePath = process.env['FIREFOX_PATH'];
  if (executablePath === undefined) throw new Error('Set FIREFOX_PATH, as npm test does.');
  return puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: options.headless,
    env: { ...process.env, ...(display === undefined ? {} : { DISPLAY: display }), ...env },
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: { ...preferences(options), ...own },
    ...(profile === undefined ? {} : { userDataDir: profile }),
  });
}

/** Puts the extension into a Firefox that runs, and drives it. */
export async function driveFirefox(
  browser: Browser,
  options: BrowserOptions,
  isNew = true,
): Promise<ExtensionBrowser> {
  try {
    return await withExtension(browser, isNew, options);
  } catch (error) {
    await browser.close();
    throw error;
  }
}

function preferences({ hosts = [], downloads }: BrowserOptions): Preferences {
  return {
    ...NOWHERE,
    ...downloadPreferences(downloads),
    'network.proxy.type': 1,
    'network.proxy.share_proxy_settings': true,
    'network.proxy.ssl': NOWHERE['network.proxy.http'],
    'network.proxy.ssl_port': NOWHERE['network.proxy.http_port'],
    'network.proxy.no_proxies_on': hosts.join(','),
    'extensions.webextensions.uuids': JSON.stringify({ [geckoId()]: UUID }),
    'extensions.webextOptionalPermissionPrompts': false,
    // the toolbar's popup stays open while nobody looks
    'ui.popup.disable_autohide': true,
    // without a network this machine itself is out of reach, too
    'network.disable-localhost-when-offline': true,
    // in Chromium the driver keeps the worker awake; here only this does. Tests end it where that is what they test
    'extensions.background.idle.timeout': 600_000,
    // in a tab behind others timers run as in one at the front: Chromium's driver has it so too
    'dom.min_background_timeout_value': 4,
    'dom.min_background_timeout_value_without_budget_throttling': 4,
    'dom.timeout.enable_budget_timer_throttling': false,
  };
}

async function withExtension(
  browser: Browser,
  isNew: boolean,
  { extension: build = BUILD, downloads, display }: BrowserOptions,
): Promise<ExtensionBrowser> {
  const session = sessionOf(browser);
  const install = () =>
    session.send('webExtension.install', { extensionData: { type: 'path', path: build } });
  const tabs = openTabs(session);
  await install();
  if (isNew) await passWelcome(tabs);
  const [privileged, desk] = await Promise.all([
    openPrivileged(session, geckoId(), display === undefined),
    openDesk(tabs, ORIGIN),
  ]);
  return {
    origin: ORIGIN,
    newTab: () => tabs.open(),
    tabs: () => tabs.showing(''),
    async openView(view, hash) {
      const tab = await tabs.open();
      await tab.goto(`${addressOf(view)}${hash === undefined ? '' : `#${hash}`}`);
      return tab;
    },
    viewsOf: (view) => tabs.showing(addressOf(view)),
    untilOpens: (view, act) => tabs.untilOpens(addressOf(view), act),
    pressInPopup: async (tab, button) => {
      await tab.bringToFront();
      return privileged.pressInPopup(button);
    },
    download: (_tab, act) => download(act, downloads),
    grant: async () => undefined, // it is asked within the click, and answered by the preference
    requestPermission,
    requests: () => privileged.requests(),
    killWorker: () => privileged.endBackground(),
    ...desk,
    offline: (isOffline) => privileged.offline(isOffline),
    update: async () => {
      await install();
    },
    close: () => browser.close(),
  };
}

/** What a new installation opens by itself, offering a passphrase: closed as by someone who goes on without. */
async function passWelcome(tabs: Tabs): Promise<void> {
  const welcome = await until('the new extension welcomes the person', async () => {
    const [shown] = await tabs.showing(`${addressOf('settings')}#welcome`);
    return shown;
  });
  await welcome.close();
}

function addressOf(view: View): string {
  return `${ORIGIN}/${view}/index.html`;
}

function geckoId(): string {
  const { browser_specific_settings: settings } = JSON.parse(
    readFileSync(join(ROOT, 'manifest.json'), 'utf8'),
  ) as { browser_specific_settings: { gecko: { id: string } } };
  return settings.gecko.id;
}
