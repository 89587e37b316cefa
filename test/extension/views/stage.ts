import { fileURLToPath } from 'node:url';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright';
import { build, preview } from 'vite';
import type { Tab } from '../../../scripts/journey/tab.ts';
import type { SceneName } from './scenes.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SIZES = {
  popup: { width: 400, height: 600 },
  approve: { width: 420, height: 680 },
  settings: { width: 1280, height: 920 },
} as const;

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

/** The views in a real Chromium, each in a scene of its own. */
export interface Stage {
  open(view: View, scene: SceneName, look?: Look): Promise<Page>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'letterbox-views-'));
  await buildPages(folder);
  const server = await preview({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    build: { outDir: folder },
    preview: { host: '127.0.0.1', port: 0 },
  });
  const base = server.resolvedUrls?.local[0];
  if (base === undefined) throw new Error('the harness is not served');
  const browser = await launch();
  return {
    open: (view, scene, look = {}) => openView(browser, base, view, scene, look),
    close: async () => {
      await browser.close();
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** The views with the harness around them, built as the extension builds them. */
async function buildPages(folder: string): Promise<void> {
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: folder,
      emptyOutDir: true,
      rolldownOptions: {
        input: Object.keys(SIZES).map((view) => join(ROOT, `test/extension/views/harness/${view}.html`)),
      },
    },
  });
}

function launch(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'];
  if (executablePath === undefined) throw new Error('Set CHROMIUM_PATH, as npm test does.');
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-proxy-server'] });
}

async function openView(
  browser: Browser,
  base: string,
  view: View,
  scene: SceneName,
  look: Look,
): Promise<Page> {
  const size = SIZES[view];
  const options: BrowserContextOptions = {
    viewport: { width: look.width ?? size.width, height: size.height },
    deviceScaleFactor: look.rough ? 1 : 2,
    locale: 'en-GB',
    timezoneId: 'UTC',
    colorScheme: look.dark ? 'dark' : 'light',
    forcedColors: look.forced ? 'active' : 'none',
    reducedMotion: look.still === false ? 'no-preference' : 'reduce',
  };
  const page = await browser.newPage(options);
  page.setDefaultTimeout(20_000);
  const failures: string[] = [];
  page.on('pageerror', (error) => failures.push(error.message));
  const query = new URLSearchParams({
    scene,
    dir: look.rtl ? 'rtl' : 'ltr',
    drafts: JSON.stringify(look.drafts ?? {}),
  });
  await page.goto(`${base}test/extension/views/harness/${view}.html?${query}${look.hash ?? ''}`);
  if (look.text !== undefined) await page.addStyleTag({ content: `html { font-size: ${look.text}% }` });
  await page.locator('#view > *').first().waitFor();
  if (failures.length > 0) throw new Error(`the view failed: ${failures.join('; ')}`);
  return page;
}

/** Keeps a picture for people to look at, under out/. */
export async function picture(page: Pick<Tab, 'screenshot'>, name: string): Promise<void> {
  await mkdir(`${ROOT}out/screenshots`, { recursive: true });
  await page.screenshot({ path: `${ROOT}out/screenshots/${name}.png` });
}
