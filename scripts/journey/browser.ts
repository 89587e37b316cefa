import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import type { BrowserContext, Page, Request } from 'playwright';
import { until } from './wait.ts';

/** The one place where a Chromium with the extension in it is launched: for `npm start`, the tests and the bench. */
export interface BrowserOptions {
  /** The built extension's folder; this clone's own build if absent. */
  readonly extension?: string;
  readonly headless: boolean;
  /** A folder for the profile that stays, so that the same browser can be opened again. */
  readonly profile?: string;
  /** Hosts besides loopback that may be reached: everything else does not resolve. */
  readonly hosts?: readonly string[];
  /** Where the window stands on the screen; only seen with windows. */
  readonly window?: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
}

export type View = 'popup' | 'approve' | 'settings';

/** One person's browser, with a profile of its own that is deleted when it closes, or the one that was named. */
export interface ExtensionBrowser {
  readonly context: BrowserContext;
  readonly extensionId: string;
  /** Every HTTP request since the launch, by pages and by the extension's worker, in order. */
  readonly requests: readonly SeenRequest[];
  /** Opens one of the extension's views in a tab; `hash` without its `#`. */
  openView(view: View, hash?: string): Promise<Page>;
  /** The person's yes to the browser's own prompt, given beforehand: no automation reaches that prompt. */
  grant(origin: string): Promise<void>;
  /** What stands on the extension's icon. Does not wake the worker. */
  badge(): Promise<string>;
  /** Ends the extension's worker as the browser does, and resolves when it is gone. It may be back at once. */
  killWorker(): Promise<void>;
  /** Brings the extension's next alarms forward to now: the browser's own clock is not ours to turn. */
  ringAlarms(): Promise<void>;
  /** What “Check all now” in the settings does: nothing waits for its next try or poll. */
  checkAllNow(): Promise<void>;
  close(): Promise<void>;
}

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  /** Made by the extension's worker, not by a page. */
  readonly byWorker: boolean;
}

const BUILD = join(import.meta.dirname, '../../dist/chromium');
const SCALE = 2;
const WINDOW = { x: 0, y: 0, width: 1080, height: 800 };

/** Launches the Chromium that CHROMIUM_PATH names, and waits until the extension's worker has started. */
export async function launchBrowser(options: BrowserOptions): Promise<ExtensionBrowser> {
  const executablePath = process.env['CHROMIUM_PATH'];
  if (executablePath === undefined) throw new Error('Set CHROMIUM_PATH, as npm start and npm test do.');
  const profile = options.profile ?? (await mkdtemp(join(tmpdir(), 'letterbox-profile-')));
  const isNew = (await readdir(profile)).length === 0;
  const ends = options.profile === undefined ? profile : undefined;
  const window = options.window ?? WINDOW;
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: options.headless,
    args: launchArguments(options, window),
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
  try {
    const browser = await withExtension(context, ends);
    if (isNew) await passWelcome(context);
    return browser;
  } catch (error) {
    await close(context, ends);
    throw error;
  }
}

/** What a new installation opens by itself, offering a passphrase: closed as by someone who goes on without. */
async function passWelcome(context: BrowserContext): Promise<void> {
  const welcome = await until('the new extension welcomes the person', () =>
    context.pages().find((page) => page.url().endsWith('/settings/index.html#welcome')),
  );
  await welcome.close();
}

function launchArguments(options: BrowserOptions, window: typeof WINDOW): string[] {
  const extension = options.extension ?? BUILD;
  const reachable = ['127.0.0.1', 'localhost', ...(options.hosts ?? [])];
  return [
    `--disable-extensions-except=${extension}`,
    `--load-extension=${extension}`,
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

async function withExtension(
  context: BrowserContext,
  profile: string | undefined,
): Promise<ExtensionBrowser> {
  const requests: SeenRequest[] = [];
  context.on('request', (request) => {
    if (/^https?:/.test(request.url())) requests.push(seen(request));
  });
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
  const { host } = new URL(worker.url());
  const origin = `chrome-extension://${host}`;
  const desk = await openDesk(context, origin);
  return {
    context,
    extensionId: host,
    requests,
    async openView(view, hash) {
      const page = await context.newPage();
      await page.goto(`${origin}/${view}/index.html${hash === undefined ? '' : `#${hash}`}`);
      return page;
    },
    grant: (site) => grant(context, host, site),
    badge: () => desk.evaluate(() => chrome.action.getBadgeText({})),
    killWorker: () => killWorker(context, desk, origin),
    ringAlarms: () => desk.evaluate(ringAlarms),
    checkAllNow: () => desk.evaluate(checkAllNow),
    close: () => close(context, profile),
  };
}

/** A page of the extension's origin that runs none of its code: from there its `chrome` can be asked. */
async function openDesk(context: BrowserContext, origin: string): Promise<Page> {
  const desk = await context.newPage();
  await desk.goto(`${origin}/manifest.json`);
  return desk;
}

function seen(request: Request): SeenRequest {
  return { method: request.method(), url: request.url(), byWorker: request.serviceWorker() !== null };
}

/** What chrome://extensions itself uses; no typings name it. */
interface DeveloperPrivate {
  updateExtensionConfiguration(update: { extensionId: string; hostAccess: string }): Promise<void>;
  addHostPermission(extensionId: string, pattern: string): Promise<void>;
}

/**
 * Makes the origin's host one that the person has allowed on chrome://extensions, so that the browser answers the
 * extension's `permissions.request` with yes and without its prompt.
 */
async function grant(context: BrowserContext, extensionId: string, origin: string): Promise<void> {
  const { protocol, hostname } = new URL(origin);
  const page = await context.newPage();
  await page.goto('chrome://extensions');
  await page.evaluate(
    async ([id, pattern]) => {
      const { developerPrivate } = chrome as unknown as { developerPrivate: DeveloperPrivate };
      await developerPrivate.updateExtensionConfiguration({
        extensionId: id,
        hostAccess: 'ON_SPECIFIC_SITES',
      });
      await developerPrivate.addHostPermission(id, pattern);
      await developerPrivate.updateExtensionConfiguration({ extensionId: id, hostAccess: 'ON_ALL_SITES' });
    },
    [extensionId, `${protocol}//${hostname}/*`] as const,
  );
  await page.close();
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

/** @param profile the one to delete */
async function close(context: BrowserContext, profile: string | undefined): Promise<void> {
  await context.close();
  if (profile !== undefined) await rm(profile, { recursive: true, force: true, maxRetries: 5 });
}
