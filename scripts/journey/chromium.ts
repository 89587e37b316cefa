import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import type { BrowserContext, Page } from 'playwright';
import type { BrowserOptions, ExtensionBrowser, SeenRequest, View } from './browser.ts';
import { pressInPopup } from './chromium-popup.ts';
import { opening } from './open-tabs.ts';
import type { Tab } from './tab.ts';
import { until } from './wait.ts';

const BUILD = join(import.meta.dirname, '../../dist/chromium');
const SCALE = 2;
const WINDOW = { x: 0, y: 0, width: 1080, height: 800 };

/** The one place where a Chromium with the extension in it is launched, the one that CHROMIUM_PATH names. */
export async function launchChromium(options: BrowserOptions): Promise<ExtensionBrowser> {
  const profile = options.profile ?? (await mkdtemp(join(tmpdir(), 'letterbox-profile-')));
  const isNew = (await readdir(profile)).length === 0;
  const ends = options.profile === undefined ? profile : undefined;
  const context = await openChromium(profile, options, withExtensionOf(options));
  try {
    return await driveChromium(context, { isNew, ends, downloads: options.downloads });
  } catch (error) {
    await close(context, ends);
    throw error;
  }
}

/** A Chromium as all are here, with an extension or, where no arguments name one, without. */
export async function openChromium(
  profile: string,
  options: BrowserOptions,
  extension: readonly string[] = [],
): Promise<BrowserContext> {
  const executablePath = process.env['CHROMIUM_PATH'];
  if (executablePath === undefined) throw new Error('Set CHROMIUM_PATH, as npm start and npm test do.');
  const window = options.window ?? WINDOW;
  return chromium.launchPersistentContext(profile, {
    executablePath,
    headless: options.headless,
    ...(options.display === undefined ? {} : { env: { ...process.env, DISPLAY: options.display } }),
    args: [...extension, ...plainArguments(options, window)],
    locale: 'en-GB',
    colorScheme: options.headless ? 'light' : null,
    // Signals are the caller's: Playwright would end this process before the world is tidied up.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    ...(options.headless
      ? { viewport: { width: window.width, height: window.height }, deviceScaleFactor: SCALE }
      : { viewport: null }),
  });
}

interface DriveOptions extends Kept {
  readonly isNew?: boolean;
}

interface Kept {
  /** The folder with its profile, where it goes with it. */
  readonly ends?: string | undefined;
  readonly downloads?: string | undefined;
}

/** Drives a Chromium that runs, with the extension in it. */
export async function driveChromium(
  context: BrowserContext,
  { isNew = true, ends, downloads }: DriveOptions = {},
): Promise<ExtensionBrowser> {
  const browser = await withExtension(context, { ends, downloads });
  if (isNew) await passWelcome(context);
  return browser;
}

/** What a new installation opens by itself, offering a passphrase: closed as by someone who goes on without. */
async function passWelcome(context: BrowserContext): Promise<void> {
  const welcome = await until('the new extension welcomes the person', () =>
    context.pages().find((page) => page.url().endsWith('/settings/index.html#welcome')),
  );
  await welcome.close();
}

export function launchArguments(options: BrowserOptions, window: typeof WINDOW): string[] {
  return [...withExtensionOf(options), ...plainArguments(options, window)];
}

function withExtensionOf({ extension = BUILD }: BrowserOptions): string[] {
  return [
    `--disable-extensions-except=${extension}`,
    `--load-extension=${extension}`,
    '--enable-unsafe-extension-debugging', // whoever drives it may press its icon
  ];
}

function plainArguments(options: BrowserOptions, window: typeof WINDOW): string[] {
  const reachable = ['127.0.0.1', 'localhost', ...(options.hosts ?? [])];
  return [
    `--host-resolver-rules=MAP * ~NOTFOUND, ${reachable.map((host) => `EXCLUDE ${host}`).join(', ')}`,
    `--window-position=${String(window.x)},${String(window.y)}`,
    `--window-size=${String(window.width)},${String(window.height)}`,
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--no-proxy-server',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
}

/** In Chromium, a tab is Playwright's page. */
export function pageOf(tab: Tab): Page {
  if (!('context' in tab)) throw new TypeError('no tab of Chromium’s');
  return tab as Page;
}

async function withExtension(context: BrowserContext, { ends, downloads }: Kept): Promise<ExtensionBrowser> {
  const requests: SeenRequest[] = [];
  context.on('request', (request) => {
    if (/^https?:/.test(request.url())) requests.push({ method: request.method(), url: request.url() });
  });
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
  const { host } = new URL(worker.url());
  const origin = `chrome-extension://${host}`;
  const desk = await openDesk(context, origin);
  return {
    origin,
    newTab: () => context.newPage(),
    tabs: async () => context.pages(),
    async openView(view, hash) {
      const page = await context.newPage();
      await page.goto(`${origin}/${view}/index.html${hash === undefined ? '' : `#${hash}`}`);
      return page;
    },
    viewsOf: async (view) => context.pages().filter((page) => shows(page, view)),
    async untilOpens(view, act) {
      const opened = Promise.all([context.waitForEvent('page', (page) => shows(page, view)), act()]);
      const [page] = await opening(opened, async () => context.pages());
      return page;
    },
    pressInPopup: (tab, button) => pressInPopup(context, { extension: host, page: pageOf(tab), button }),
    download: (tab, act) => download(pageOf(tab), act, downloads),
    grant: (...sites) => grant(context, host, sites),
    requestPermission: (view, site) => requestPermission(pageOf(view), site),
    requests: async () => requests,
    badge: () => desk.evaluate(() => chrome.action.getBadgeText({})),
    killWorker: () => killWorker(context, desk, origin),
    ringAlarms: () => desk.evaluate(ringAlarms),
    checkAllNow: () => desk.evaluate(checkAllNow),
    offline: (isOffline) => context.setOffline(isOffline),
    update: () => update(context, host),
    close: () => close(context, ends),
  };
}

/** Does something that downloads a file, and keeps it in a folder. @returns where */
export async function download(
  page: Page,
  act: () => Promise<unknown>,
  folder: string | undefined,
): Promise<string> {
  if (folder === undefined) throw new Error('launched without a folder for downloads');
  const [file] = await Promise.all([page.waitForEvent('download'), act()]);
  const path = join(folder, file.suggestedFilename());
  await file.saveAs(path);
  return path;
}

function shows(page: Page, view: View): boolean {
  return page.url().includes(`/${view}/index.html`);
}

/** A page of the extension's origin that runs none of its code: from there its `chrome` can be asked. */
async function openDesk(context: BrowserContext, origin: string): Promise<Page> {
  const desk = await context.newPage();
  await desk.goto(`${origin}/manifest.json`);
  return desk;
}

/** What chrome://extensions itself uses; no typings name it. */
interface DeveloperPrivate {
  addHostPermission(extensionId: string, pattern: string): Promise<void>;
  updateProfileConfiguration(update: { inDeveloperMode: boolean }): Promise<void>;
  reload(extensionId: string, options: { failQuietly: boolean }): Promise<void>;
}

/**
 * Makes the origins' hosts some that the person has allowed on chrome://extensions, so that the browser answers the
 * extension's `permissions.request` with yes and without its prompt.
 */
async function grant(
  context: BrowserContext,
  extensionId: string,
  origins: readonly string[],
): Promise<void> {
  const patterns = origins.map((origin) => {
    const { protocol, hostname } = new URL(origin);
    return `${protocol}//${hostname}/*`;
  });
  const page = await context.newPage();
  await page.goto('chrome://extensions');
  await page.evaluate(
    async ([id, wanted]) => {
      const { developerPrivate } = chrome as unknown as { developerPrivate: DeveloperPrivate };
      for (const pattern of wanted) await developerPrivate.addHostPermission(id, pattern);
    },
    [extensionId, patterns] as const,
  );
  await page.close();
}

async function requestPermission(view: Page, origin: string): Promise<void> {
  const session = await view.context().newCDPSession(view);
  const { result } = await session.send('Runtime.evaluate', {
    expression: `chrome.permissions.request({ origins: [${JSON.stringify(`${origin}/*`)}] })`,
    userGesture: true,
    awaitPromise: true,
  });
  if (result.value !== true) throw new Error(`the browser did not grant ${origin}`);
}

async function killWorker(context: BrowserContext, desk: Page, origin: string): Promise<void> {
  const session = await context.newCDPSession(desk);
  let stopped = false;
  session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
    stopped ||= versions.some(({ runningStatus }) => runningStatus === 'stopped');
  });
  const { targetInfos } = await session.send('Target.getTargets');
  const running = targetInfos.filter(({ type, url }) => type === 'service_worker' && url.startsWith(origin));
  if (running.length > 0) {
    await session.send('ServiceWorker.enable');
    for (const { targetId } of running) await session.send('Target.closeTarget', { targetId });
    await until('the worker has stopped', () => stopped);
  }
  await session.detach();
}

async function ringAlarms(): Promise<void> {
  for (const { name, periodInMinutes } of await chrome.alarms.getAll()) {
    const again = periodInMinutes === undefined ? {} : { periodInMinutes };
    await chrome.alarms.create(name, { when: Date.now(), ...again });
  }
}

async function checkAllNow(): Promise<void> {
  await chrome.runtime.sendMessage({ to: 'owner', method: 'syncNow', args: [] });
}

async function update(context: BrowserContext, extensionId: string): Promise<void> {
  const page = await context.newPage();
  await page.goto('chrome://extensions');
  await page.evaluate(async (id) => {
    const { developerPrivate } = chrome as unknown as { developerPrivate: DeveloperPrivate };
    await developerPrivate.updateProfileConfiguration({ inDeveloperMode: true });
    await developerPrivate.reload(id, { failQuietly: true });
  }, extensionId);
  await page.close();
}

/** @param profile the one to delete */
async function close(context: BrowserContext, profile: string | undefined): Promise<void> {
  await context.close();
  if (profile !== undefined) await rm(profile, { recursive: true, force: true, maxRetries: 5 });
}
