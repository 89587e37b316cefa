import browser from 'webextension-polyfill';
import { eraseEverything } from '../platform/erase.ts';
import {
  currentOrigin,
  disableEverywhere,
  disableOrigin,
  enabledSites,
  enableEverywhere,
  enableOrigin,
  isPermitted,
} from '../platform/origins.ts';
import { ANSWERED_WINDOW, APPROVAL_WINDOW } from '../../src/agent/owner-wire.ts';
import { connectOwner } from './owner.ts';
import type { World } from './world.ts';

/** The world of a view inside the extension. */
export function browserWorld(): World {
  return {
    ...connectOwner(),
    origins: {
      enable: enableOrigin,
      disable: disableOrigin,
      enableEverywhere,
      disableEverywhere,
      sites: enabledSites,
      permits: isPermitted,
      current: currentOrigin,
    },
    drafts: {
      read: (key) => readText(`draft:${key}`),
      all: allDrafts,
      async write(key, text) {
        await browser.storage.session.remove([`draft:${key}`, `draft-name:${key}`]);
        if (text !== '') await browser.storage.session.set({ [`draft:${key}`]: text });
      },
      async nameOf(key) {
        const name = (await readText(`draft-name:${key}`)) || crypto.randomUUID();
        await browser.storage.session.set({ [`draft-name:${key}`]: name });
        return name;
      },
    },
    eraseEverything,
    now: () => Math.floor(Date.now() / 1000),
    visit: (url) => {
      void browser.tabs.create({ url });
    },
    openSettings: (section) => {
      void browser.tabs.create({ url: browser.runtime.getURL(`settings/index.html#${section}`) });
    },
    close: () => {
      void closeAnswered();
    },
  };
}

/** That of the approval window, which is known from here on, whatever became of the worker that opened it. */
export function approvalWorld(): World {
  void noteWindow();
  return browserWorld();
}

async function noteWindow(): Promise<void> {
  const { id, type } = await browser.windows.getCurrent();
  if (type === 'popup') await browser.storage.session.set({ [APPROVAL_WINDOW]: id });
}

/** So that the background can tell it from a person's closing it, which declines. */
async function closeAnswered(): Promise<void> {
  const { id } = await browser.windows.getCurrent();
  await browser.storage.session.set({ [ANSWERED_WINDOW]: id });
  window.close();
}

async function allDrafts(): Promise<{ key: string; text: string }[]> {
  const items = Object.entries(await browser.storage.session.get(null));
  return items.flatMap(([name, text]) =>
    name.startsWith('draft:') && typeof text === 'string' ? [{ key: name.slice('draft:'.length), text }] : [],
  );
}

async function readText(key: string): Promise<string> {
  const { [key]: text } = await browser.storage.session.get(key);
  return typeof text === 'string' ? text : '';
}
