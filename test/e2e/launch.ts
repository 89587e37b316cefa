import { inject } from 'vitest';
import type { Launch } from '../../scripts/journey/browser.ts';
import { launchChromium } from '../../scripts/journey/chromium.ts';
import { launchFirefox } from '../../scripts/journey/firefox/launch.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Which browser this project's tests run in; see vitest.config.ts. */
    browser: 'chromium' | 'firefox';
  }
}

/** The browser in which this run's tests are. */
export const BROWSER = inject('browser');

export const launchBrowser: Launch = BROWSER === 'firefox' ? launchFirefox : launchChromium;
