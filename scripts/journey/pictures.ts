import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { pageOf } from './chromium.ts';
import type { Stage } from './stage.ts';
import type { Tab } from './tab.ts';

export interface Picture {
  /** Of the file, without its extension. */
  readonly name: string;
  readonly of: (stage: Stage) => Tab;
  readonly size: keyof typeof SIZES;
  readonly dark?: boolean;
}

/** Width and height in CSS pixels, as the browser gives them to each kind of view. */
const SIZES = {
  popup: { width: 400, height: 600 },
  approval: { width: 420, height: 680 },
  page: { width: 1080, height: 760 },
} as const;

/** Takes pictures into a folder, at 2× as the design's own, and leaves the pages as they were. */
export async function takePictures(
  stage: Stage,
  pictures: readonly Picture[],
  folder: string,
): Promise<void> {
  if (pictures.length > 0) await mkdir(folder, { recursive: true });
  for (const picture of pictures) await take(picture, pageOf(picture.of(stage)), folder);
}

async function take({ name, size, dark }: Picture, page: Page, folder: string): Promise<void> {
  const before = page.viewportSize();
  await page.setViewportSize(SIZES[size]);
  await page.getByText('Checking…').waitFor({ state: 'hidden' }); // the popup at rest
  if (dark === true) await page.emulateMedia({ colorScheme: 'dark' });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
  if (dark === true) await page.emulateMedia({ colorScheme: 'light' });
  if (before !== null) await page.setViewportSize(before);
}
