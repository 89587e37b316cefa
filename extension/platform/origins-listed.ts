import browser from 'webextension-polyfill';
import { parseOrigin, type Origin } from '../../src/protocol/ids.ts';

/** What the person wants of sites, whatever the browser permits: kept in `storage.local`. */
const LIST = 'origins';
const EVERYWHERE = 'everywhere';

/** Turned on one by one. */
export async function listed(): Promise<Origin[]> {
  const { [LIST]: origins } = await browser.storage.local.get(LIST);
  return Array.isArray(origins) ? origins.map((origin) => parseOrigin(origin)) : [];
}

export function list(origins: readonly Origin[]): Promise<void> {
  return browser.storage.local.set({ [LIST]: origins });
}

/** Turned on wherever Letterbox can be. */
export async function wantsEverywhere(): Promise<boolean> {
  return (await browser.storage.local.get(EVERYWHERE))[EVERYWHERE] === true;
}

export function wantEverywhere(wanted: boolean): Promise<void> {
  const { local } = browser.storage;
  return wanted ? local.set({ [EVERYWHERE]: true }) : local.remove(EVERYWHERE);
}
