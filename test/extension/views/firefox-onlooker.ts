import { download } from '../../../scripts/journey/firefox/downloads.ts';
import { startFirefox } from '../../../scripts/journey/firefox/launch.ts';
import { offline } from '../../../scripts/journey/firefox/offline.ts';
import { ownWindow } from '../../../scripts/journey/firefox/own-window.ts';
import { type Preferences, setPreferences } from '../../../scripts/journey/firefox/preferences.ts';
import { sessionOf } from '../../../scripts/journey/firefox/session.ts';
import { openTabs } from '../../../scripts/journey/firefox/tabs.ts';
import type { OpenOnlooker } from './onlooker.ts';
import { LANGUAGE, type Sight, ZONE } from './sight.ts';

/** Larger than any view: what sticks out of Firefox's own window cannot be clicked. */
const ROOM = { MOZ_HEADLESS_WIDTH: '1600', MOZ_HEADLESS_HEIGHT: '1200' };

/** The Firefox that FIREFOX_PATH names. A look is one of all its tabs: what is open changes with the next one. */
export const openFirefox: OpenOnlooker = async (downloads) => {
  const browser = await startFirefox(
    { headless: true, downloads },
    { 'intl.accept_languages': `${LANGUAGE}, en` },
    { ...ROOM, TZ: ZONE },
  );
  const session = sessionOf(browser);
  const window = await ownWindow(session);
  const tabs = openTabs(session);
  return {
    async open(sight) {
      await setPreferences(window, preferencesOf(sight));
      await offline(window, false);
      const tab = await tabs.open();
      const { width, height, scale } = sight;
      await session.send('browsingContext.setViewport', {
        context: tab.context,
        viewport: { width, height },
        devicePixelRatio: scale,
      });
      return tab;
    },
    download: (_tab, act) => download(act, downloads),
    offline: (_tab, isOffline) => offline(window, isOffline),
    close: () => browser.close(),
  };
};

const SCHEME = { dark: 0, light: 1 };
const COLOURS = { ofThePage: 1, forced: 2 };
const MOTION = { usual: 0, reduced: 1 };

function preferencesOf({ dark, forced, still }: Sight): Preferences {
  return {
    'layout.css.prefers-color-scheme.content-override': dark ? SCHEME.dark : SCHEME.light,
    'browser.display.document_color_use': forced ? COLOURS.forced : COLOURS.ofThePage,
    'ui.prefersReducedMotion': still ? MOTION.reduced : MOTION.usual,
  };
}
