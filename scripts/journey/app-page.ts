import type { Tab } from './tab.ts';

/** The two demo apps, as a person uses them. */
export type AppName = 'Postcard' | 'Noughts by mail';

/** Chooses the development wallet in @stacks/connect's selection, and the person in the wallet's dialog. */
export async function signIn(page: Tab, displayName: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('connect-modal').getByRole('button', { name: 'Connect', exact: true }).click();
  const wallet = page.frameLocator('iframe[title="Development wallet"]');
  await wallet.getByRole('button', { name: displayName }).click();
  await page.locator('body:not([data-state="signed-out"])').waitFor();
}

export async function pressConnect(page: Tab): Promise<void> {
  await page.bringToFront();
  await page.getByRole('button', { name: 'Connect Letterbox' }).click();
}

/** Resolves once the page says by itself that it is connected. */
export async function isConnected(page: Tab): Promise<void> {
  await page.locator('body[data-state="connected"]').waitFor();
}

/** Resolves once the page has found Letterbox. */
export async function hasLetterbox(page: Tab): Promise<void> {
  await page.locator('body[data-state="unconnected"], body[data-state="connected"]').waitFor();
}

export async function sendPostcard(page: Tab, to: string, text: string): Promise<void> {
  await page.bringToFront(); // as a person would: a tab behind others draws, and so answers, once a second
  await page.getByLabel('To').fill(to);
  await page.getByLabel('Message').fill(text);
  await page.getByRole('button', { name: 'Send postcard' }).click();
}

/** The state that Postcard shows of what was sent: the outbox's. */
export function sentCard(page: Tab, text: string) {
  return page.getByRole('list', { name: 'Sent just now' }).getByRole('listitem').filter({ hasText: text });
}

export function receivedCard(page: Tab, text: string) {
  return page.getByRole('list', { name: 'Received' }).getByRole('listitem').filter({ hasText: text });
}

/** The ids of the messages that Postcard shows as received. */
export function receivedIn(page: Tab): Promise<(string | undefined)[]> {
  const cards = page.getByRole('list', { name: 'Received' }).getByRole('listitem');
  return cards.evaluateAll((items) => items.map((item) => item.dataset['id']));
}

/** Starts a game in Noughts by mail and takes the centre: a message goes to the opponent. */
export async function challenge(page: Tab, opponent: string): Promise<void> {
  await page.bringToFront();
  await page.getByLabel('Play with').fill(opponent);
  await page.getByRole('button', { name: 'Start game' }).click();
  await page.getByRole('button', { name: 'centre, free' }).click();
}

/** The games in Noughts by mail with this opponent in which the centre is taken. */
export function gamesWith(page: Tab, opponent: string) {
  const centre = page.getByRole('button', { name: 'centre, X' });
  return page
    .getByRole('list', { name: 'Your games' })
    .getByRole('listitem')
    .filter({ hasText: opponent, has: centre });
}
