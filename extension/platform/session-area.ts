import browser from 'webextension-polyfill';
import type { Keys } from '../../src/agent/ports.ts';
import { parsePrivateKey } from '../../src/protocol/ids.ts';

/**
 * Keys in `storage.session`: in the browser's memory, outliving the worker, gone with the browser, never on disk.
 * Both browsers keep that area from content scripts by default. docs/protocol.md#10
 */
const session = browser.storage.session;

export const keys: Keys = {
  async get(inbox) {
    const value = await read(`key:${inbox}`);
    return value === undefined ? undefined : parsePrivateKey(value);
  },
  put: (inbox, key) => session.set({ [`key:${inbox}`]: key }),
  delete: (inbox) => session.remove(`key:${inbox}`),
  hold: (approval, held) => session.set({ [`held:${approval}`]: held }),
  held: (approval) => read(`held:${approval}`),
  release: (approval) => session.remove(`held:${approval}`),
};

async function read(key: string): Promise<unknown> {
  const { [key]: value } = await session.get(key);
  return value;
}

interface AccessControlled {
  setAccessLevel?(options: { accessLevel: 'TRUSTED_CONTEXTS' }): Promise<void>;
}

/** Keeps content scripts out of both storage areas, where the browser lets one say so (Firefox has no such call). */
export async function closeStorage(): Promise<void> {
  const areas = [browser.storage.session, browser.storage.local] as readonly AccessControlled[];
  for (const area of areas) await area.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' });
}
