import browser from 'webextension-polyfill';
import type { Scripting } from 'webextension-polyfill';

/** Both scripts of the bridge, in the order in which they go into a page that is open already. */
const SCRIPTS = [
  { id: 'content', world: 'ISOLATED' },
  { id: 'page', world: 'MAIN' },
] as const;

/** Makes the browser run the two scripts at document_start on exactly these patterns, from now on and after restarts. */
export async function registerScripts(patterns: readonly string[]): Promise<void> {
  const registered = await browser.scripting.getRegisteredContentScripts();
  const scripts = SCRIPTS.map(({ id, world }) => registration(id, world, patterns));
  if (patterns.length === 0) {
    if (registered.length > 0) await browser.scripting.unregisterContentScripts();
  } else if (registered.length > 0) {
    await browser.scripting.updateContentScripts(scripts);
  } else {
    await browser.scripting.registerContentScripts(scripts);
  }
}

/** Runs them now in the top frame of a tab. False where the tab is gone, or shows an error page instead. */
export async function injectScripts(tabId: number): Promise<boolean> {
  try {
    for (const { id, world } of SCRIPTS) {
      await browser.scripting.executeScript({
        target: { tabId, frameIds: [0] },
        files: [`/${id}.js`],
        world,
        injectImmediately: true,
      });
    }
    return true;
  } catch {
    return false; // the browser's reasons have no names; the scripts run at the next load
  }
}

function registration(
  id: string,
  world: Scripting.ExecutionWorld,
  patterns: readonly string[],
): Scripting.RegisteredContentScript {
  return {
    id,
    js: [`/${id}.js`],
    matches: [...patterns],
    world,
    runAt: 'document_start',
    allFrames: false,
    persistAcrossSessions: true,
  };
}
