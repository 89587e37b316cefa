import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isConnected, pressConnect, receivedIn, signIn } from '../../scripts/journey/app-page.ts';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import { messageRow, openRequests, requestRows } from '../../scripts/journey/views.ts';
import { until } from '../../scripts/journey/wait.ts';
import type { World } from '../../src/devnet/world.ts';
import { enableOrigin } from './extension-fixture.ts';
import { startInWorld, type InWorld } from './in-world.ts';
import { startSender } from './sender.ts';

const LETTER = 'The ferry leaves at nine. I keep you a seat by the window.';

let there: InWorld;
let world: World;
let browser: ExtensionBrowser;
let app: Tab;

beforeAll(async () => {
  there = await startInWorld('accounts');
  ({ world, browser } = there);
  await enableOrigin(browser, world.apps[0]);
  app = await browser.newTab();
  await app.goto(world.apps[0]);
});
afterAll(() => there.end());

/** In order: each step goes on from the one before. */
describe('two accounts of one app in one browser', () => {
  test('the second is connected beside the first, whom the window names', async () => {
    await connectAs('Bob');
    await app.getByRole('button', { name: 'Sign out' }).click();
    const window = await asks('Alice');
    await window.getByText(`Connected here already: ${world.people.bob.name}.`).waitFor();
    await window.getByRole('button', { name: 'Connect' }).click();
    await isConnected(app);
  });

  test('mail for the first comes, and the page, which is the second’s, sees nothing of it', async () => {
    const send = await startSender(world);
    await send(world.people.bob.name, LETTER);
    await until('the badge shows 1', async () => (await browser.badge()) === '1');
    const popup = await browser.openView('popup');
    await openRequests(popup);
    await requestRows(popup).click();
    await popup.getByRole('button', { name: 'Accept and read' }).click();
    await popup.close();
    const inbox = await browser.openView('popup');
    await messageRow(inbox, LETTER).waitFor();
    await inbox.close();
    const listed = await app.evaluate(() => globalThis.letterbox?.list());
    expect(listed?.messages).toEqual([]);
    expect(await receivedIn(app)).toEqual([]);
  });

  test('the first is disconnected by itself, and the page goes on', async () => {
    const settings = await browser.openView('settings', 'apps');
    const card = settings.getByRole('region', { name: `Postcard as ${world.people.bob.name}` });
    await card.getByRole('button', { name: 'Disconnect' }).click();
    await settings.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
    await until('one account is left', async () => {
      const cards = settings.getByRole('region', { name: 'Postcard' });
      return (
        (await cards.count()) === 1 &&
        (await cards.filter({ hasText: world.people.alice.name }).count()) === 1
      );
    });
    await settings.close();
    expect(await app.evaluate(async () => (await globalThis.letterbox?.list())?.messages)).toEqual([]);
    expect(await app.locator('body[data-state="connected"]').count()).toBe(1);
  });
});

async function asks(displayName: string): Promise<Tab> {
  await app.bringToFront();
  await signIn(app, displayName);
  return browser.untilOpens('approve', () => pressConnect(app));
}

async function connectAs(displayName: string): Promise<void> {
  const window = await asks(displayName);
  await window.getByRole('button', { name: 'Connect' }).click();
  await isConnected(app);
}
