import type { BrowserContext, Page } from 'playwright';
import type { Stage } from './stage.ts';

/** Leaves each person one window with the two apps, and nothing of how it came about. */
export async function settle(stage: Stage): Promise<void> {
  for (const person of stage.people) {
    await person.closeView('settings');
    const apps = [person.app('Postcard'), person.app('Noughts by mail')];
    for (const page of person.browser.context.pages()) {
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
  await Promise.all(stage.people.map(({ browser }) => closed(browser.context)));
}

/** A browser may outlive its last window: what counts is that there is nothing left to look at. */
function closed(context: BrowserContext): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (context.pages().length === 0) resolve();
    };
    const watch = (page: Page): void => {
      page.once('close', look);
    };
    for (const page of context.pages()) watch(page);
    context.on('page', watch);
    context.once('close', () => {
      resolve();
    });
  });
}
