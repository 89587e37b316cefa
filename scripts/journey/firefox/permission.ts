import { patternOf } from '../../../extension/platform/origin-pattern.ts';
import type { Tab } from '../tab.ts';
import { parseOrigin } from '../../../src/protocol/ids.ts';

/** Above whatever the view shows. */
const ID = 'ask-for-permission';

/**
 * Asks for a site's permission within a click on a button put into the view for it: Firefox takes no less.
 * @throws if the browser says no
 */
export async function requestPermission(view: Tab, origin: string): Promise<void> {
  const given = { id: ID, origins: [patternOf(parseOrigin(origin), false)] };
  await view.evaluate(({ id, origins }) => {
    const button = document.createElement('button');
    button.id = id;
    Object.assign(button.style, { position: 'fixed', inset: '0', zIndex: '9' });
    button.addEventListener('click', () => {
      void (async () => {
        button.value = String(await chrome.permissions.request({ origins }));
      })();
    });
    document.body.append(button);
  }, given);
  const button = view.locator(`#${ID}`);
  await button.click();
  await view.locator(`#${ID}[value]`).waitFor();
  const answer = await button.evaluateAll(([one]) => {
    one?.remove();
    return (one as HTMLButtonElement).value;
  });
  if (answer !== 'true') throw new Error(`the browser did not grant ${origin}`);
}
