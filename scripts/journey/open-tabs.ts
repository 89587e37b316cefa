import { setTimeout as sleep } from 'node:timers/promises';
import type { Tab } from './tab.ts';

/** Milliseconds for a tab to say what it shows: one that is closing or stuck must not hold up the others. */
const ANSWERS_WITHIN = 2000;

/**
 * Waits for something that the extension opens. Where it does not come, the error says what is open instead, and what
 * stands there as a problem or as the state of things.
 */
export async function opening<T>(awaited: Promise<T>, tabs: () => Promise<readonly Tab[]>): Promise<T> {
  try {
    return await awaited;
  } catch (error) {
    const seen = await Promise.all((await tabs()).map(shownIn));
    throw new Error(`${(error as Error).message}\nOpen are:\n${seen.join('\n')}`, { cause: error });
  }
}

async function shownIn(tab: Tab): Promise<string> {
  const silent = sleep(ANSWERS_WITHIN, '  one that does not answer');
  return Promise.race([silent, tab.evaluate(readTab).catch((error: unknown) => `  ${String(error)}`)]);
}

/** Its address, and what it says aloud by itself. */
function readTab(): string {
  const spoken = document.querySelectorAll<HTMLElement>('[role="alert"], [role="status"], [role="dialog"]');
  const words = [...spoken].map(({ innerText }) => innerText.trim().replaceAll(/\s+/g, ' '));
  return [`  ${location.href}`, ...words.filter((text) => text !== '').map((text) => `    ${text}`)].join(
    '\n',
  );
}
