import type { Page } from 'playwright';
import type { World } from '../../src/devnet/world.ts';
import { until } from './wait.ts';

/** Letterbox's own views, as a person uses them: found by role and label, never by markup. */

/** Sets in Settings what newly connected apps and names depend on, each seen in a second copy before the next one. */
export async function chooseWorld(settings: Page, world: World): Promise<void> {
  const copy = await settings.context().newPage();
  await copy.goto(settings.url());
  const shows = (what: string, isThere: () => Promise<boolean>) =>
    until(`${what} is kept`, async () => {
      await copy.reload();
      return isThere();
    });
  const development = (page: Page) => page.getByRole('switch', { name: 'Development' });
  await development(settings).click();
  await shows('Development', () => development(copy).isChecked());
  for (const [label, url] of [
    ['Default message server', world.server],
    ['Name registry', world.registry],
  ] as const) {
    const field = (page: Page) => page.getByRole('textbox', { name: label });
    await field(settings).fill(url);
    await field(settings).press('Enter');
    await shows(label, async () => (await field(copy).inputValue()) === url);
  }
  await copy.close();
}

/** Turns Letterbox on for an app whose permission the browser will grant. */
export async function enableApp(settings: Page, origin: string): Promise<void> {
  await settings.getByRole('textbox', { name: 'App address' }).fill(origin);
  await settings.getByRole('button', { name: 'Use Letterbox there' }).click();
  await settings.getByText(`Letterbox is on at ${new URL(origin).host}`).waitFor();
}

/** The messages that the popup lists, by what a row says aloud. */
export function messageRow(popup: Page, spoken: string) {
  return popup.getByRole('grid', { name: 'Messages' }).getByRole('row', { name: spoken });
}

export async function openRequests(popup: Page): Promise<void> {
  await popup.getByRole('button', { name: 'Requests' }).click();
  await popup.getByRole('heading', { name: 'Requests' }).waitFor();
}

/** The people who wait in Requests. */
export function requestRows(popup: Page) {
  return popup.getByRole('grid', { name: 'Requests' }).getByRole('row');
}

export async function reply(popup: Page, who: string, text: string): Promise<void> {
  await popup.getByRole('textbox', { name: `Reply to ${who}` }).fill(text);
  await popup.getByRole('button', { name: 'Send' }).click();
}

export function answer(popup: Page, text: string) {
  return popup.getByRole('list', { name: 'Your answers' }).getByRole('listitem').filter({ hasText: text });
}
