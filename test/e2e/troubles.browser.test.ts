import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasLetterbox, isConnected, pressConnect, signIn } from '../../scripts/journey/app-page.ts';
import type { AppSession } from '../../scripts/journey/app-session.ts';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import { acceptRequest, connectApp } from '../../scripts/journey/settled.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import { answer, chooseWorld, enableApp, messageRow, reply } from '../../scripts/journey/views.ts';
import { until } from '../../scripts/journey/wait.ts';
import { countAt, readPublic } from '../../scripts/journey/witness.ts';
import { startHub, type Hub } from '../../src/devnet/hub.ts';
import { startWorld, type World } from '../../src/devnet/world.ts';
import { picture } from '../extension/views/stage.ts';
import { launchBrowser } from './launch.ts';
import { startSender } from './sender.ts';
import { call } from './strangers.ts';

/** What can go wrong around Bob: each is shown with what to do about it, and is over once it is. */
const FIRST = 'The ferry leaves at nine.';

let folder: string;
let hub: Hub;
let world: World;
let browser: ExtensionBrowser;
let session: AppSession;
let send: (to: string, text: string) => Promise<void>;
let popup: Tab;

const startOwnHub = (port = 0): Promise<Hub> => startHub({ dataDir: join(folder, 'hub'), port });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'letterbox-troubles-'));
  hub = await startOwnHub();
  world = await startWorld({ dataDir: join(folder, 'world'), hubUrl: hub.origin });
  browser = await launchBrowser({ headless: true });
  const settings = await browser.openView('settings', 'general');
  await chooseWorld(browser, settings, world);
  await settings.close();
  ({ session } = await connectApp(browser, world));
  send = await startSender(world);
  await send(world.people.bob.name, FIRST);
  await acceptRequest(browser, FIRST);
  popup = await browser.openView('popup');
});

afterAll(async () => {
  await browser.close();
  await world.stop();
  await hub.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** The servers that Bob's record names now. */
async function published(): Promise<string[]> {
  const { token } = JSON.parse(await readPublic(`${session.bucket}.well-known/letterbox.json`)) as {
    token: string;
  };
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(claims) as { servers: { url: string }[] }).servers.map(({ url }) => url);
}

const enrolled = (): Promise<boolean> =>
  countAt(world.server, session).then(
    () => true,
    () => false,
  );

test('a server that vanished: the settings say so, although a test of it went well, and when it is back', async () => {
  const settings = await browser.openView('settings', 'servers');
  await settings.getByRole('button', { name: 'Test', exact: true }).click();
  await settings.getByText('tested just now').waitFor();
  await world.messageServer?.kill('SIGKILL');
  await browser.checkAllNow();
  await settings.getByText(`${new URL(world.server).host} doesn’t answer. Letterbox keeps trying.`).waitFor();
  await picture(settings, 'trouble-server');
  await world.messageServer?.start();
  await browser.checkAllNow();
  await settings.getByText('Last trouble today').waitFor();
  await settings.getByText('Reachable', { exact: true }).waitFor();
  await settings.close();
});

test('storage that vanished, as a device is lost: what is so and what to do is said, and all is done once it is back', async () => {
  const port = Number(new URL(hub.origin).port);
  await hub.stop();
  await messageRow(popup, FIRST).click();
  await reply(popup, 'alice', 'I will swim.');
  await answer(popup, 'Queued. Goes to your storage first').waitFor();
  await popup.getByRole('button', { name: 'Back' }).click();
  const settings = await browser.openView('settings', 'apps');
  await settings.getByRole('button', { name: 'Stop delivery' }).click();
  await settings.getByRole('dialog').getByRole('button', { name: 'Stop delivery' }).click();
  await settings.getByText('Not published yet, so people can still leave mail.').waitFor();
  await popup.getByText(`Your storage at ${new URL(hub.origin).host} doesn’t answer.`).waitFor();
  await picture(popup, 'trouble-storage');
  hub = await startOwnHub(port);
  await browser.checkAllNow();
  await settings.getByText('Nobody can leave mail for you there.').waitFor();
  expect(await published()).toEqual([]);
  await until('the server is left', async () => !(await enrolled()));
  await expect.poll(() => popup.getByText('Your storage at').count()).toBe(0);
  await messageRow(popup, FIRST).click();
  await answer(popup, 'Accepted by alice’s server').waitFor();
  await popup.getByRole('button', { name: 'Back' }).click();
  await settings.close();
});

test('delivery that was stopped comes back with its server, whatever worker is there', async () => {
  const settings = await browser.openView('settings', 'apps');
  await browser.killWorker();
  await settings.getByRole('button', { name: 'Deliver again' }).click();
  await until('the server is enrolled at', enrolled);
  expect(await published()).toEqual([world.server]);
  await settings.close();
});

test('a name that changed hands: whose it was is told whom it leads to', async () => {
  const { alice, bob } = world.people;
  const zonefileOf = (url: string): string =>
    `$ORIGIN ${bob.name}\n$TTL 3600\n_http._tcp URI 10 1 "${url}"\n`;
  world.registerName({ name: bob.name, address: alice.owner, zonefile: zonefileOf(alice.profileUrl) });
  const settings = await browser.openView('settings', 'servers');
  await settings.getByText('Reachable', { exact: true }).waitFor();
  await settings.getByRole('button', { name: `Remove ${new URL(world.server).host}` }).click();
  await browser.checkAllNow(); // what is shown comes anew under the question
  await settings.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await settings.getByRole('button', { name: 'Put back' }).click(); // the record is written anew each time
  await settings.close();
  await popup.getByText(`${bob.name} leads to`).waitFor();
  await popup.getByText('If the name is still yours, sign in to the app with it.').waitFor();
  await picture(popup, 'trouble-name');
  expect(await readPublic(`${session.bucket}.well-known/letterbox.json`)).not.toContain(bob.name);
});

test('a sign-in that the app dropped: it is paused, its page gets nothing, and it goes on when it is there again', async () => {
  const [, origin] = world.apps;
  const apps = await browser.openView('settings', 'apps');
  await browser.grant(origin);
  await enableApp(apps, origin);
  await apps.close();
  const app = await browser.newTab();
  await app.goto(origin);
  await signIn(app, world.people.bob.displayName);
  await hasLetterbox(app);
  const window = await browser.untilOpens('approve', () => pressConnect(app));
  await window.getByRole('button', { name: 'Read my sign-in' }).click();
  await window.getByText('The key in this app’s sign-in fits this bucket').waitFor();
  await window.getByRole('button', { name: 'Connect' }).click();
  await isConnected(app);
  const dropped = await app.evaluate(() => {
    const stored = localStorage.getItem('blockstack-session');
    localStorage.removeItem('blockstack-session');
    return stored;
  });
  expect(await call(app, 'connect')).toEqual({ code: 'session-missing' });
  expect(await call(app, 'list')).toEqual({ code: 'not-connected' });
  await popup.getByText('is paused').waitFor();
  await popup.getByText('Its sign-in is gone. Sign in there again.').waitFor();
  await picture(popup, 'trouble-session');
  await app.evaluate((stored) => localStorage.setItem('blockstack-session', stored ?? ''), dropped);
  expect(await call(app, 'connect')).toHaveProperty('ok');
  await expect.poll(() => popup.getByText('is paused').count()).toBe(0);
});
