import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { iconSvg, STATES } from './icons/drawing.ts';

/**
 * Draws the toolbar and store icons: `node scripts/icons.ts`, after a change of scripts/icons/drawing.ts. The PNGs are
 * committed, so that a build needs no browser.
 */
const ICONS = join(import.meta.dirname, '../extension/icons');
const SIZES = [16, 32, 48, 128] as const;

await mkdir(ICONS, { recursive: true });
const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const page = await browser.newPage({ deviceScaleFactor: 1 });
for (const state of STATES) {
  for (const size of SIZES) {
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(`<style>*{margin:0}svg{display:block}</style>${iconSvg(state, size)}`);
    await page.screenshot({ path: join(ICONS, `${state}-${size}.png`), omitBackground: true });
  }
  await writeFile(join(ICONS, `${state}.svg`), `${iconSvg(state, 128)}\n`);
}
await browser.close();
