import { afterAll, beforeAll, expect, test } from 'vitest';
import { isConnected, pressConnect, signIn } from '../../scripts/journey/app-page.ts';
import { sessionIn } from '../../scripts/journey/app-session.ts';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import { until } from '../../scripts/journey/wait.ts';
import { readPublic } from '../../scripts/journey/witness.ts';
import type { World } from '../../src/devnet/world.ts';
import { enableOrigin } from './extension-fixture.ts';
import { startInWorld, type InWorld } from './in-world.ts';

/**
 * An app that hands nothing over, whose page keeps no session either: the person picks a wallet in its tab. The wallet is
 * another party's, with the handshake of @stacks/auth and keys of its own.
 */
let there: InWorld;
let world: World;
let browser: ExtensionBrowser;
let app: Tab;
let storedBefore: string;

beforeAll(async () => {
  there = await startInWorld('wallet');
  ({ world, browser } = there);
  await enableOrigin(browser, world.apps[1]);
  app = await browser.newTab();
  await app.goto(world.apps[1]);
  storedBefore = await stored();
});
afterAll(() => there.end());

/** In order: each step goes on from the one before. */
test('a wallet that was not chosen shares nothing, and it can be tried again', async () => {
  const window = await browser.untilOpens('approve', askToConnect);
  expect(await app.locator('connect-modal').count()).toBe(0); // nothing is in the page before it is wanted
  await window.getByRole('button', { name: 'Connect with your wallet' }).click();
  await app.locator('connect-modal').getByRole('button', { name: 'Connect', exact: true }).waitFor();
  await app.locator('body').press('Escape');
  await window.getByText('No wallet was chosen').waitFor();
  expect(await app.locator('connect-modal').count()).toBe(0);
});

test('the wallet gives the app’s key, and the person sees whose it is before it counts', async () => {
  const [window] = await browser.viewsOf('approve');
  if (window === undefined) throw new Error('the approval window is gone');
  await window.getByRole('button', { name: 'Connect with your wallet' }).click();
  await chooseWallet('Bob');
  await window.getByText('The key from your wallet fits this bucket').waitFor();
  await window.getByText(world.people.bob.name).first().waitFor();
  expect(await stored()).toBe(storedBefore); // the app's storage is the app's: no session, no wallet, no addresses
  await window.getByRole('button', { name: 'Connect', exact: true }).click();
  await until('the page is answered', async () => (await answered())?.includes('address'));
  const account = JSON.parse((await answered()) ?? '') as { name: string; bucket: string };
  expect(account.name).toBe(world.people.bob.name);
  await until('the record is published', () => readPublic(`${account.bucket}.well-known/letterbox.json`));
});

test('it is the key that the app gets itself when the person signs in there', async () => {
  const { address } = JSON.parse((await answered()) ?? '') as { address: string };
  await signIn(app, 'Bob');
  expect((await sessionIn(app)).address).toBe(address);
  await pressConnect(app);
  await isConnected(app);
});

/** The page asks with nothing in its hands. What comes of it stands in the page's title. */
async function askToConnect(): Promise<void> {
  await app.bringToFront();
  await app.evaluate(() => {
    void globalThis.letterbox?.connect({ name: 'Noughts by mail' }).then(
      (account) => (document.title = JSON.stringify(account)),
      (error: unknown) => (document.title = String(error)),
    );
  });
}

function stored(): Promise<string> {
  return app.evaluate(() => JSON.stringify(localStorage));
}

async function answered(): Promise<string | undefined> {
  const title = await app.title();
  return title.startsWith('{') ? title : undefined;
}

async function chooseWallet(displayName: string): Promise<void> {
  await app.locator('connect-modal').getByRole('button', { name: 'Connect', exact: true }).click();
  const wallet = app.frameLocator('iframe[title="Development wallet"]');
  await wallet.getByRole('button', { name: displayName }).click();
}
