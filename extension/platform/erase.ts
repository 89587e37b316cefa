import browser from 'webextension-polyfill';
import { errorFromWire } from '../../src/protocol/errors.ts';
import { ERASE, type EraseAnswer } from './erase-wire.ts';

/** Deletes everything that Letterbox keeps in this browser; for our own views. What is under way goes on without them. */
export async function eraseEverything(): Promise<void> {
  const answer = await browser.runtime.sendMessage<unknown, EraseAnswer>({ to: ERASE });
  if ('error' in answer) throw errorFromWire(answer.error);
}
