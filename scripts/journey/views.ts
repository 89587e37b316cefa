import type { Page } from 'playwright';
import type { World } from '../../src/devnet/world.ts';

/** Letterbox's own views, as a person uses them: found by role and label, never by markup. */

/** Sets in Settings what newly connected apps and names depend on. */
export async function chooseWorld(settings: Page, world: World): Promise<void> {
  await settings.getByRole('switch', { name: 'Development' }).check();
  await fillField(settings, 'Default message server', world.server);
  await fillField(settings, 'Name registry', world.registry);
}

/** Turns Letterbox on for an app whose permission the browser will grant. */
export async function enableApp(settings: Page, origin: string): Promise<void> {
  await settings.getByRole('textbox', { name: 'App address' }).fill(origin);
  await settings.getByRole('button', { name: 'Use Letterbox there' }).click();
}

async function fillField(settings: Page, label: string, value: string): Promise<void> {
  const field = settings.getByRole('textbox', { name: label });
  await field.fill(value);
  await field.press('Enter');
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
