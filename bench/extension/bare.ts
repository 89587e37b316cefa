import { chromium } from 'playwright';
import { sessionOf } from '../../scripts/journey/firefox/session.ts';
import { openTabs } from '../../scripts/journey/firefox/tabs.ts';
import { startFirefox } from '../../scripts/journey/firefox/launch.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import { FINE_CLOCK, type BrowserName } from './workbench.ts';

/** A browser without the extension. */
export interface Bare {
  newTab(): Promise<Tab>;
  close(): Promise<void>;
}

export function openBare(name: BrowserName): Promise<Bare> {
  return { chromium: inChromium, firefox: inFirefox }[name]();
}

async function inChromium(): Promise<Bare> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? '';
  const browser = await chromium.launch({ executablePath, headless: true });
  return { newTab: () => browser.newPage(), close: () => browser.close() };
}

async function inFirefox(): Promise<Bare> {
  const browser = await startFirefox({ headless: true }, FINE_CLOCK);
  return { newTab: () => openTabs(sessionOf(browser)).open(), close: () => browser.close() };
}
