import browser from 'webextension-polyfill';
import type { Origin } from '../../src/protocol/ids.ts';
import { noteWanted, takeWanted } from './origins-wanted.ts';
import { canEnable, EVERYWHERE, patternOf } from './origin-pattern.ts';
import { ORIGINS, openOriginsAnswer, type OriginsRequest, type Sites } from './origins-wire.ts';

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

/**
 * Asks the browser for all sites and turns Letterbox on there. Call it straight from a click.
 * @returns false where the person said no
 */
export async function enableEverywhere(): Promise<boolean> {
  if (!(await browser.permissions.request({ origins: [...EVERYWHERE] }))) return false;
  await call({ to: ORIGINS, method: 'enableEverywhere' });
  return true;
}

/**
 * Turns it off where the person did not turn it on for the site itself. Call it straight from a click: Chromium takes the
 * permissions of single sites along with the broad one, and gives them back within it, without a question.
 */
export async function disableEverywhere(): Promise<void> {
  const before = await enabledSites();
  const after = await call({ to: ORIGINS, method: 'disableEverywhere' });
  const lost = before.on.filter((origin) => after.withheld.includes(origin));
  if (lost.length === 0) return;
  await browser.permissions.request({ origins: [...new Set(lost.map((origin) => patternOf(origin)))] });
}

/** Whether the browser lets Letterbox into a site, whatever the person wants there. */
export function isPermitted(origin: Origin): Promise<boolean> {
  return browser.permissions.contains({ origins: [patternOf(origin)] });
}

export function enabledSites(): Promise<Sites> {
  return call({ to: ORIGINS, method: 'sites' });
}

/** The active tab's origin; undefined where Letterbox cannot be turned on. */
export async function currentOrigin(): Promise<Origin | undefined> {
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  if (tab?.url === undefined || !URL.canParse(tab.url)) return undefined;
  const origin = new URL(tab.url).origin as Origin; // the standard form by construction
  return origin !== 'null' && canEnable(origin) ? origin : undefined;
}

async function call(request: OriginsRequest): Promise<Sites> {
  return openOriginsAnswer(await browser.runtime.sendMessage(request));
}
