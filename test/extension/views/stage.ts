import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import type { Tab } from '../../../scripts/journey/tab.ts';
import { until } from '../../../scripts/journey/wait.ts';
import { openChromium } from './chromium-onlooker.ts';
import { openFirefox } from './firefox-onlooker.ts';
import type { Onlooker } from './onlooker.ts';
import { type Pages, servePages } from './pages.ts';
import type { SceneName } from './scenes.ts';
import { lookedAt, type Sight } from './sight.ts';

const SIZES = {
  popup: { width: 400, height: 600 },
  approve: { width: 420, height: 680 },
  settings: { width: 1280, height: 920 },
} as const;

const BROWSER = inject('browser');

export type View = keyof typeof SIZES;

export interface Look {
  readonly dark?: boolean;
  readonly rtl?: boolean;
  /** Percent of the usual text size. */
  readonly text?: number;
  readonly width?: number;
  readonly forced?: boolean;
  readonly still?: boolean;
  readonly hash?: string;
  /** At half the resolution, where nothing is pictured. */
  readonly rough?: boolean;
  readonly drafts?: Record<string, string>;
}

/** The views in the browser of this run, each in a scene of its own. */
export interface Stage {
  open(view: View, scene: SceneName, look?: Look): Promise<Tab>;
  /** Does something that downloads a file in a tab. */
  download(tab: Tab, act: () => Promise<unknown>): Promise<{ name: string; bytes: Buffer }>;
  offline(tab: Tab): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const downloads = await mkdtemp(join(tmpdir(), 'letterbox-downloads-'));
  const pages = await servePages(Object.keys(SIZES));
  const browser = await (BROWSER === 'firefox' ? openFirefox : openChromium)(downloads);
  return {
    open: (view, scene, look = {}) => openView({ browser, pages }, view, scene, look),
    async download(tab, act) {
      const path = await browser.download(tab, act);
      const bytes = await readFile(path);
      await rm(path); // so that the next one keeps its name
      return { name: basename(path), bytes };
    },
    offline: (tab) => browser.offline(tab, true),
    close: async () => {
      await browser.close();
      await pages.close();
      await rm(downloads, { recursive: true });
    },
  };
}

async function openView(
  { browser, pages }: { browser: Onlooker; pages: Pages },
  view: View,
  scene: SceneName,
  look: Look,
): Promise<Tab> {
  const sight = sightOf(view, look);
  const tab = await browser.open(sight);
  await tab.addInitScript(noteFailures);
  const query = new URLSearchParams({
    scene,
    dir: look.rtl ? 'rtl' : 'ltr',
    drafts: JSON.stringify(look.drafts ?? {}),
  });
  await tab.goto(`${pages.addressOf(view)}?${query}${look.hash ?? ''}`);
  if (look.text !== undefined) await setTextSize(tab, look.text);
  await lookedAt(tab, sight);
  await shown(tab);
  return tab;
}

function sightOf(view: View, { width, rough, dark, forced, still }: Look): Sight {
  const size = SIZES[view];
  return {
    width: width ?? size.width,
    height: size.height,
    scale: rough === true ? 1 : 2,
    dark: dark === true,
    forced: forced === true,
    still: still !== false,
  };
}

declare global {
  // oxlint-disable-next-line no-var -- how a global is declared
  var failures: string[] | undefined;
}

/** In the page, before its own scripts: keeps what fails in them. */
function noteFailures(): void {
  const failures: string[] = [];
  globalThis.failures = failures;
  addEventListener('error', ({ message }) => failures.push(message));
  addEventListener('unhandledrejection', ({ reason }) => failures.push(String(reason)));
}

/** @throws Error if the view failed instead */
async function shown(tab: Tab): Promise<void> {
  const first = tab.locator('#view > *').first();
  const failures = await until('the view is shown', async () => {
    const noted = await tab.evaluate(() => globalThis.failures ?? ['nothing listens for failures']);
    return (noted.length > 0 || (await first.isVisible())) && noted;
  });
  if (failures.length > 0) throw new Error(`the view failed: ${failures.join('; ')}`);
}

async function setTextSize(tab: Tab, percent: number): Promise<void> {
  await tab.evaluate((size) => {
    const style = document.createElement('style');
    style.textContent = `html { font-size: ${String(size)}% }`;
    document.head.append(style);
  }, percent);
}

/** Where pictures for people to look at are kept, a folder a browser. */
const PICTURES = join(fileURLToPath(new URL('../../..', import.meta.url)), 'out/screenshots', BROWSER);

export async function picture(page: Pick<Tab, 'screenshot'>, name: string): Promise<void> {
  await mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}
