import { chromium } from 'playwright';
import { download, pageOf } from '../../../scripts/journey/chromium.ts';
import type { OpenOnlooker } from './onlooker.ts';
import { LANGUAGE, ZONE } from './sight.ts';

/** The Chromium that CHROMIUM_PATH names, each tab with a look of its own. */
export const openChromium: OpenOnlooker = async (downloads) => {
  const executablePath = process.env['CHROMIUM_PATH'];
  if (executablePath === undefined) throw new Error('Set CHROMIUM_PATH, as npm test does.');
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--no-proxy-server'],
  });
  return {
    async open({ width, height, scale, dark, forced, still }) {
      const page = await browser.newPage({
        viewport: { width, height },
        deviceScaleFactor: scale,
        locale: LANGUAGE,
        timezoneId: ZONE,
        colorScheme: dark ? 'dark' : 'light',
        forcedColors: forced ? 'active' : 'none',
        reducedMotion: still ? 'reduce' : 'no-preference',
      });
      page.setDefaultTimeout(20_000);
      return page;
    },
    download: (tab, act) => download(pageOf(tab), act, downloads),
    offline: (tab, isOffline) => pageOf(tab).context().setOffline(isOffline),
    close: () => browser.close(),
  };
};
