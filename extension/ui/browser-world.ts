import browser from 'webextension-polyfill';
import { currentOrigin, disableOrigin, enableOrigin, enabledOrigins } from '../platform/origins.ts';
import { connectOwner } from './owner.ts';
import type { World } from './world.ts';

/** The world of a view inside the extension. */
export function browserWorld(): World {
  return {
    ...connectOwner(),
    origins: {
      enable: enableOrigin,
      disable: disableOrigin,
      enabled: enabledOrigins,
      current: currentOrigin,
    },
    drafts: {
      read: async (key) => {
        const { [place(key)]: text } = await browser.storage.session.get(place(key));
        return typeof text === 'string' ? text : '';
      },
      write: (key, text) =>
        text === ''
          ? browser.storage.session.remove(place(key))
          : browser.storage.session.set({ [place(key)]: text }),
    },
    now: () => Math.floor(Date.now() / 1000),
    visit: (url) => {
      void browser.tabs.create({ url });
    },
    openSettings: (section) => {
      void browser.tabs.create({ url: browser.runtime.getURL(`settings/index.html#${section}`) });
    },
    close: () => {
      window.close();
    },
  };
}

function place(key: string): string {
  return `draft:${key}`;
}
