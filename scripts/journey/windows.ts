import { setTimeout as sleep } from 'node:timers/promises';
import type { ExtensionBrowser } from './browser.ts';
import type { Stage } from './stage.ts';
import type { Tab } from './tab.ts';

/** Leaves each person one window with the two apps, and nothing of how it came about. */
export async function settle(stage: Stage): Promise<void> {
  for (const person of stage.people) {
    await person.closeView('settings');
    const apps: readonly Tab[] = [person.app('Postcard'), person.app('Noughts by mail')];
    for (const page of await person.browser.tabs()) {
      if (!apps.includes(page)) await page.close();
    }
    await person.app('Postcard').bringToFront();
  }
}

/** What there is to try. */
export function guide({ world, alice, bob }: Stage): string {
  return `
  Two windows are open, Alice's and Bob's, signed in and connected.

    Postcard          ${world.apps[0]}
    Noughts by mail   ${world.apps[1]}

  Try this
    1. In Alice's window, write a postcard to ${bob.name}. Letterbox asks her once, for he is new.
    2. In Bob's window, the Letterbox icon (pin it from the puzzle piece) shows 1. Open it: a request.
    3. Accept and read, then answer. Alice's badge shows it at once: she wrote to him.
    4. In Noughts by mail, start a game with ${alice.name} or ${bob.name}.

  Close both windows, or press Ctrl-C, to end.
`;
}

/** Resolves when both people have closed all their windows. */
export async function bothClosed(stage: Stage): Promise<void> {
  await Promise.all(stage.people.map(({ browser }) => closed(browser)));
}

/** Milliseconds between two looks. */
const PAUSE = 250;

/** A browser may outlive its last window: what counts is that there is nothing left to look at. */
async function closed(browser: ExtensionBrowser): Promise<void> {
  while ((await browser.tabs()).length > 0) await sleep(PAUSE);
}
