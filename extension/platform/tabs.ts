import browser from 'webextension-polyfill';
import type { Wake } from '../../src/protocol/page-wire.ts';
import type { Origin } from '../../src/protocol/ids.ts';

/** Ids of the tabs that show a page of this origin. Needs the host permission, or the browser hides their URLs. */
export async function tabsOf(origin: Origin): Promise<number[]> {
  return (await tabsOnSites()).flatMap((tab) => (tab.origin === origin ? [tab.id] : []));
}

/** Those of all sites that are permitted, and whose site that is. */
export async function tabsOnSites(): Promise<{ readonly id: number; readonly origin: Origin }[]> {
  const tabs = await browser.tabs.query({});
  return tabs.flatMap(({ id, url, discarded }) => {
    const origin = originOf(url);
    return id === undefined || discarded || origin === undefined ? [] : [{ id, origin }];
  });
}

/** Nudges the content script of a tab's top frame. False where there is none. Never carries content. */
export async function nudge(tabId: number, kind: Wake['kind']): Promise<boolean> {
  try {
    await browser.tabs.sendMessage(tabId, { kind } satisfies Wake, { frameId: 0 });
    return true;
  } catch {
    return false; // nobody is there to hear it, which is all that the browser says
  }
}

function originOf(url: string | undefined): Origin | undefined {
  const { protocol, origin } = new URL(url !== undefined && URL.canParse(url) ? url : 'about:blank');
  return protocol === 'https:' || protocol === 'http:' ? (origin as Origin) : undefined; // standard by construction
}
