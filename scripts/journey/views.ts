import type { World } from '../../src/devnet/world.ts';
import type { ExtensionBrowser } from './browser.ts';
import type { Tab } from './tab.ts';
import { until } from './wait.ts';

/** Letterbox's own views, as a person uses them: found by role and label, never by markup. */

/** Sets in Settings what newly connected apps and names depend on, each seen in a second copy before the next one. */
export async function chooseWorld(browser: ExtensionBrowser, settings: Tab, world: World): Promise<void> {
  const copy = await browser.openView('settings', 'general');
  const shows = (what: string, isThere: () => Promise<boolean>) =>
    until(`${what} is kept`, async () => {
      await copy.reload();
      return isThere();
    });
  const development = (page: Tab) => page.getByRole('switch', { name: 'Development' });
  await development(settings).click();
  await shows('Development', () => development(copy).isChecked());
  for (const [label, url] of [
    ['Default message server', world.server],
    ['Name registry', world.registry],
    ['Registry for .btc names', world.registry],
  ] as const) {
    const field = (page: Tab) => page.getByRole('textbox', { name: label });
    await field(settings).fill(url);
    await field(settings).press('Enter');
    await shows(label, async () => (await field(copy).inputValue()) === url);
  }
  await copy.close();
}

/** Turns Letterbox on for an app whose permission the browser will grant. */
export async function enableApp(settings: Tab, origin: string): Promise<void> {
  await settings.getByRole('textbox', { name: 'App address' }).fill(origin);
  await settings.getByRole('button', { name: 'Use Letterbox there' }).click();
  await settings.getByText(`Letterbox is on at ${new URL(origin).host}`).waitFor();
}

/** The messages that the popup lists, by what a row says aloud. */
export function messageRow(popup: Tab, spoken: string) {
  return popup.getByRole('grid', { name: 'Messages' }).getByRole('row', { name: spoken });
}

export async function openRequests(popup: Tab): Promise<void> {
  await popup.getByRole('button', { name: 'Requests' }).click();
  await popup.getByRole('heading', { name: 'Requests' }).waitFor();
}

/** The people who wait in Requests. */
export function requestRows(popup: Tab) {
  return popup.getByRole('grid', { name: 'Requests' }).getByRole('row');
}

export async function reply(popup: Tab, who: string, text: string): Promise<void> {
  await popup.getByRole('textbox', { name: `Reply to ${who}` }).fill(text);
  await popup.getByRole('button', { name: 'Send' }).click();
}

export function answer(popup: Tab, text: string) {
  return popup.getByRole('list', { name: 'Your answers' }).getByRole('listitem').filter({ hasText: text });
}
