import browser from 'webextension-polyfill';
import type { Origin } from '../../src/protocol/ids.ts';
import { noteWanted, takeWanted } from './origins-wanted.ts';
import { canEnable, patternOf } from './origin-pattern.ts';
import { ORIGINS, openOriginsAnswer, type OriginsRequest } from './origins-wire.ts';

/** The sites where Letterbox is on, for our own views. The background keeps the list and the scripts. */

/**
 * Asks the browser for the site and turns Letterbox on there, in tabs that are open already too. Call it straight from
 * a click: the browser asks the person only then. The question may close the popup that asks it; the background then
 * finishes alone.
 * @returns false where the person said no
 */
export async function enableOrigin(origin: Origin): Promise<boolean> {
  const asked = browser.permissions.request({ origins: [patternOf(origin)] }); // first: no await may come before it
  await noteWanted(origin);
  if (!(await asked)) {
    await takeWanted();
    return false;
  }
  await call({ to: ORIGINS, method: 'enable', origin });
  return true;
}

/** Turns Letterbox off on a site, and tells its open pages. */
export async function disableOrigin(origin: Origin): Promise<void> {
  await call({ to: ORIGINS, method: 'disable', origin });
}

export async function enabledOrigins(): Promise<readonly Origin[]> {
  return call({ to: ORIGINS, method: 'enabled' });
}

/** The active tab's origin; undefined where Letterbox cannot be turned on. */
export async function currentOrigin(): Promise<Origin | undefined> {
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  if (tab?.url === undefined || !URL.canParse(tab.url)) return undefined;
  const origin = new URL(tab.url).origin as Origin; // the standard form by construction
  return origin !== 'null' && canEnable(origin) ? origin : undefined;
}

async function call(request: OriginsRequest): Promise<readonly Origin[]> {
  return openOriginsAnswer(await browser.runtime.sendMessage(request));
}
