import browser from 'webextension-polyfill';
import { parseOrigin, type Origin } from '../../src/protocol/ids.ts';

/**
 * The site for which the person is being asked. The browser's question may close the popup before the answer is there,
 * so the background takes over from this note.
 */
const WANTED = 'wanted-origin';

export function noteWanted(origin: Origin): Promise<void> {
  return browser.storage.session.set({ [WANTED]: origin });
}

/** The site last asked for, once. */
export async function takeWanted(): Promise<Origin | undefined> {
  const { [WANTED]: origin } = await browser.storage.session.get(WANTED);
  if (origin === undefined) return undefined;
  await browser.storage.session.remove(WANTED);
  return parseOrigin(origin);
}
