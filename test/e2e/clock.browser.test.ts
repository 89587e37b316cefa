import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasLetterbox, isConnected, pressConnect, signIn } from '../../scripts/journey/app-page.ts';
import { sessionIn, type AppSession } from '../../scripts/journey/app-session.ts';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import { acceptRequest } from '../../scripts/journey/settled.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import { until } from '../../scripts/journey/wait.ts';
import { readPublic } from '../../scripts/journey/witness.ts';
import type { World } from '../../src/devnet/world.ts';
import { picture } from '../extension/views/stage.ts';
import { enableOrigin } from './extension-fixture.ts';
import { startInWorld, type InWorld } from './in-world.ts';
import { startSender } from './sender.ts';

/**
 * A computer whose clock is wrong by an hour, at a server whose clock is right. No browser's clock is ours to turn: it is
 * the server's that is turned, which looks the same from there.
 */
const HOUR = 3600;
const LETTER = 'The ferry leaves at nine.';

let there: InWorld;
let world: World;
let browser: ExtensionBrowser;
let session: AppSession;
let popup: Tab;

beforeAll(async () => {
  there = await startInWorld('clock');
  ({ world, browser } = there);
  popup = await browser.openView('popup');
});
afterAll(() => there.end());

/** @param by seconds by which the computer is ahead of its server from now on */
async function beAhead(by: number): Promise<void> {
  await world.messageServer?.kill('SIGTERM');
  await world.messageServer?.start(-by);
}

const record = (): Promise<string | undefined> =>
  readPublic(`${session.bucket}.well-known/letterbox.json`).catch(() => undefined);
const notice = (how: string) =>
  popup.getByText(`This computer’s clock is about 1 hour ${how}`, { exact: true });

/** In order: each goes on from the one before. */
test('an hour ahead it publishes nothing, and the person is told; set right, it goes on by itself', async () => {
  await beAhead(HOUR);
  await enableOrigin(browser, world.apps[0]);
  const app = await browser.newTab();
  await app.goto(world.apps[0]);
  await signIn(app, world.people.bob.displayName);
  await hasLetterbox(app);
  session = await sessionIn(app);
  const window = await browser.untilOpens('approve', () => pressConnect(app));
  await window.getByRole('button', { name: 'Connect' }).click();
  await isConnected(app);
  await notice('ahead').waitFor();
  await picture(popup, 'clock-ahead');
  await browser.checkAllNow();
  expect(await record()).toBeUndefined();
  await beAhead(0);
  await until('the record is published', record);
  await expect.poll(() => notice('ahead').count()).toBe(0);
});

test('an hour behind mail comes and is read all the same, and the person is told', async () => {
  await beAhead(-HOUR);
  const send = await startSender(world);
  await send(world.people.bob.name, LETTER);
  await browser.checkAllNow();
  await notice('behind').waitFor();
  await picture(popup, 'clock-behind');
  await acceptRequest(browser, LETTER);
  await beAhead(0);
  await browser.checkAllNow();
  await expect.poll(() => notice('behind').count()).toBe(0);
});
