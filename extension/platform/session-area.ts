import browser from 'webextension-polyfill';
import type { SessionArea } from './vault-look.ts';

/**
 * `storage.session`: in the browser's memory, outliving the worker, gone with the browser, never on disk. Both browsers
 * keep it from content scripts by default. docs/protocol.md#10
 */
export const sessionArea: SessionArea = browser.storage.session;

interface AccessControlled {
  setAccessLevel?(options: { accessLevel: 'TRUSTED_CONTEXTS' }): Promise<void>;
}

/** Keeps content scripts out of both storage areas, where the browser lets one say so (Firefox has no such call). */
export async function closeStorage(): Promise<void> {
  const areas = [browser.storage.session, browser.storage.local] as readonly AccessControlled[];
  for (const area of areas) await area.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' });
}
