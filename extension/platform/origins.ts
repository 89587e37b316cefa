import browser from 'webextension-polyfill';
import { isLetterboxError } from '../../src/protocol/errors.ts';
import { parseOrigin, type Origin } from '../../src/protocol/ids.ts';
import { noteWanted } from './origins-wanted.ts';
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
  if (!(await asked)) return false;
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
  try {
    const origin = parseOrigin(new URL(tab?.url ?? 'about:blank').origin);
    return canEnable(origin) ? origin : undefined;
  } catch (error) {
    if (isLetterboxError(error)) return undefined; // a page of the browser's own
    throw error;
  }
}

async function call(request: OriginsRequest): Promise<readonly Origin[]> {
  return openOriginsAnswer(await browser.runtime.sendMessage(request));
}
