import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openChromium } from '../../scripts/journey/chromium.ts';
import { sessionOf } from '../../scripts/journey/firefox/session.ts';
import { openTabs } from '../../scripts/journey/firefox/tabs.ts';
import { startFirefox } from '../../scripts/journey/firefox/launch.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import { FINE_CLOCK, type BrowserName } from './workbench.ts';

/** A browser without the extension, launched like the one with it. */
export interface Bare {
  newTab(): Promise<Tab>;
  close(): Promise<void>;
}

export function openBare(name: BrowserName): Promise<Bare> {
  return { chromium: inChromium, firefox: inFirefox }[name]();
}

async function inChromium(): Promise<Bare> {
  const profile = await mkdtemp(join(tmpdir(), 'letterbox-bare-'));
  const context = await openChromium(profile, { headless: true });
  return {
    newTab: () => context.newPage(),
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function inFirefox(): Promise<Bare> {
  const browser = await startFirefox({ headless: true }, FINE_CLOCK);
  return { newTab: () => openTabs(sessionOf(browser)).open(), close: () => browser.close() };
}
