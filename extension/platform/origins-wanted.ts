import browser from 'webextension-polyfill';
import type { Origin } from '../../src/protocol/ids.ts';

/**
 * The site for which the person is being asked. The browser's question may close the popup before the answer is there,
 * so the background takes over from this note.
 */
const WANTED = 'wanted-origin';

export function noteWanted(origin: Origin): Promise<void> {
  return browser.storage.session.set({ [WANTED]: origin });
}

/** The site last asked for, as it was noted, once. */
export async function takeWanted(): Promise<unknown> {
  const { [WANTED]: origin } = await browser.storage.session.get(WANTED);
  await browser.storage.session.remove(WANTED);
  return origin;
}
