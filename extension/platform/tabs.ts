import browser from 'webextension-polyfill';
import type { Wake } from '../../src/protocol/page-wire.ts';
import type { Origin } from '../../src/protocol/ids.ts';

/** Ids of the tabs that show a page of this origin. Needs the host permission, or the browser hides their URLs. */
export async function tabsOf(origin: Origin): Promise<number[]> {
  const tabs = await browser.tabs.query({});
  return tabs.flatMap(({ id, url, discarded }) =>
    id !== undefined && !discarded && originOf(url) === origin ? [id] : [],
  );
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

function originOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).origin : undefined;
}
