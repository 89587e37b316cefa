import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { receivedCard, sendPostcard, sentCard } from '../../scripts/journey/app-page.ts';
import { sessionOf, type AppSession } from '../../scripts/journey/app-session.ts';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import { connectApp } from '../../scripts/journey/settled.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import { messageRow, openRequests, requestRows } from '../../scripts/journey/views.ts';
import { until } from '../../scripts/journey/wait.ts';
import { countAt, fileOf, pointersTo } from '../../scripts/journey/witness.ts';
import { signInHeadless } from '../../src/devnet/headless.ts';
import type { World } from '../../src/devnet/world.ts';
import { startInWorld, type InWorld } from './in-world.ts';
import { startSender } from './sender.ts';

/** Alice and Bob have names of BNSv2 and no others. */
const NAMES = { alice: 'alice.btc', bob: 'bob.btc' } as const;
const LETTER = 'The ferry leaves at nine. I keep you a seat by the window.';
const ANSWER = 'At nine, then. I bring the bread.';

/** What Postcard says of a message that the server has: it may have been fetched since. */
const AT_SERVER = '[data-state="accepted"], [data-state="delivered"]';

let there: InWorld;
let world: World;
let browser: ExtensionBrowser;
let app: Tab;
let session: AppSession;

beforeAll(async () => {
  there = await startInWorld('btc-names', { names: NAMES });
  ({ world, browser } = there);
  ({ app, session } = await connectApp(browser, world));
});
afterAll(() => there.end());

/** What Bob's browser asked of the registry about a name. */
async function askedAbout(name: string): Promise<string[]> {
  const urls = (await browser.requests()).map(({ url }) => url);
  return urls.filter((url) => url.startsWith(world.registry) && url.includes(name));
}

const onChain = (name: string) =>
  new Set([`${world.registry}/names/${name}`, `${world.registry}/resolve-name/${name}`]);

/** In order: each goes on from the one before. */
describe('people whose names end in .btc', () => {
  test('write to each other by them: his leads to his server, and hers is believed once it is proven', async () => {
    const send = await startSender(world);
    await send(NAMES.bob, LETTER);
    expect(await countAt(world.server, session)).toMatchObject({ total: 1 });
    await until('the badge shows 1', async () => (await browser.badge()) === '1');
    const popup = await browser.openView('popup');
    await openRequests(popup);
    await requestRows(popup).click();
    await popup.getByText(`Says it is ${NAMES.alice}`).waitFor();
    expect(await askedAbout(NAMES.alice)).toEqual([]); // a stranger's word makes no look-up
    await popup.getByRole('button', { name: 'Accept and read' }).click();
    await messageRow(popup, `Unread. ${NAMES.alice}, name proven, in Postcard. ${LETTER}`).waitFor();
    await popup.close();
    await receivedCard(app, LETTER).getByText(NAMES.alice).waitFor();
    expect(new Set(await askedAbout(NAMES.alice))).toEqual(onChain(NAMES.alice)); // and nothing of BNS v1
  });

  test('find each other by them: what he writes to hers is sealed for her, and waits at her server', async () => {
    const [origin] = world.apps;
    const alice = await sessionOf(origin, await signInHeadless(world, 'alice', origin));
    const before = (await askedAbout(NAMES.alice)).length;
    await sendPostcard(app, NAMES.alice, ANSWER);
    await sentCard(app, ANSWER).and(app.locator(AT_SERVER)).waitFor();
    const looked = (await askedAbout(NAMES.alice)).slice(before);
    expect(new Set(looked)).toEqual(onChain(NAMES.alice));
    const { id } = await fileOf(session, alice, ANSWER);
    expect(await pointersTo(world.server, alice, id)).toBe(1);
  });
});
