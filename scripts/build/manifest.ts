import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const BROWSERS = ['chromium', 'firefox'] as const;
export type Browser = (typeof BROWSERS)[number];

/** Keys that only the other browser knows. */
const FOREIGN: Readonly<Record<Browser, readonly string[]>> = {
  chromium: ['browser_specific_settings'],
  firefox: ['key', 'minimum_chrome_version'],
};
const FOREIGN_BACKGROUND: Readonly<Record<Browser, string>> = {
  chromium: 'scripts',
  firefox: 'service_worker',
};

/** manifest.json for one browser: without what only the other one knows, with the version of package.json. */
export async function manifestFor(browser: Browser, root: string): Promise<string> {
  const manifest = await readJson(join(root, 'manifest.json'));
  const own = without(manifest, FOREIGN[browser]);
  const background = without(own['background'] as object, [FOREIGN_BACKGROUND[browser]]);
  return `${JSON.stringify({ ...own, version: await versionOf(root), background }, null, 2)}\n`;
}

/** The product's version: package.json's. */
export async function versionOf(root: string): Promise<string> {
  const { version } = await readJson(join(root, 'package.json'));
  return String(version);
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
}

function without(object: object, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
