import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AppSession } from '../../scripts/journey/app-session.ts';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import { chooseWorld, messageRow } from '../../scripts/journey/views.ts';
import { until } from '../../scripts/journey/wait.ts';
import { countAt, readPublic } from '../../scripts/journey/witness.ts';
import { startMessageServer, type MessageServer } from '../../src/devnet/message-server.ts';
import { startWorld, type World } from '../../src/devnet/world.ts';
import type { Fetch } from '../../src/protocol/ports.ts';
import { picture } from '../extension/views/stage.ts';
import { launchBrowser } from './launch.ts';
import { startSender } from './sender.ts';
import { acceptRequest, connectApp } from '../../scripts/journey/settled.ts';

const FIRST = 'The ferry leaves at nine.';
const SECOND = 'I left this at your old server.';

let folder: string;
let world: World;
let second: MessageServer;
let browser: ExtensionBrowser;
let send: (to: string, text: string) => Promise<void>;
let session: AppSession;
let settings: Tab;
/** Where Bob's record is. */
let recordUrl: string | undefined;
/** Bob's record as Alice's cache has it: from when she first wrote, for good. */
let cached: string | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'letterbox-servers-'));
  world = await startWorld({ dataDir: join(folder, 'world') });
  second = await startMessageServer({ dataDir: join(folder, 'second'), registryUrl: world.registry });
  send = await startSender(world, fetchThroughCache);
  browser = await launchBrowser({ headless: true });
});

afterAll(async () => {
  await browser.close();
  await second.kill('SIGTERM');
  await world.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const fetchThroughCache: Fetch = async (url, init) => {
  if (url !== recordUrl) return fetch(url, init as RequestInit);
  cached ??= await (await fetch(url, init as RequestInit)).text();
  return new Response(cached);
};

/** The servers that Bob's record names now, in their order. */
async function published(): Promise<string[]> {
  const { token } = JSON.parse(await readPublic(recordUrl ?? '')) as { token: string };
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(claims) as { servers: { url: string }[] }).servers.map(({ url }) => url);
}

const host = (url: string) => new URL(url).host;
const button = (name: string) => settings.getByRole('button', { name, exact: true });

/** In order: each step goes on from the one before. */
describe('Bob moves to another server', () => {
  test('before that, an app is connected and a message is here', async () => {
    const general = await browser.openView('settings', 'general');
    await chooseWorld(browser, general, world);
    await general.close();
    ({ session } = await connectApp(browser, world));
    recordUrl = `${session.bucket}.well-known/letterbox.json`;
    await send(world.people.bob.name, FIRST);
    await acceptRequest(browser, FIRST);
    expect(await countAt(world.server, session)).toMatchObject({ total: 1 });
  });

  test('the new one is tested, added, and enrolled at', async () => {
    settings = await browser.openView('settings', 'servers');
    await settings.getByRole('textbox', { name: 'Add a server' }).fill(second.origin);
    await button('Test and add').click();
    await button(`Remove ${host(second.origin)}`).waitFor();
    await until('it is enrolled at', () => countAt(second.origin, session));
    expect(await published()).toEqual([world.server, second.origin]);
  });

  test('it goes to the top, by keyboard', async () => {
    await button(`Move ${host(second.origin)} up`).press('Enter');
    await until('the order is published', async () => (await published())[0] === second.origin);
    expect(await published()).toEqual([second.origin, world.server]);
  });

  test('the old one is removed, and what a sender leaves there who has not heard still arrives', async () => {
    await button(`Remove ${host(world.server)}`).click();
    await settings.getByText('Removed. Still listening until').waitFor();
    await until('the order is published', async () => (await published()).length === 1);
    await picture(settings, 'servers-moved');
    await browser.killWorker(); // what is known of the overlap stands on disk
    await send(world.people.bob.name, SECOND);
    expect(await countAt(world.server, session)).toMatchObject({ total: 2 });
    expect(await countAt(second.origin, session)).toMatchObject({ total: 0 });
    await browser.checkAllNow();
    const popup = await browser.openView('popup');
    await messageRow(popup, SECOND).waitFor();
    await popup.close();
  });

  test('it is put back behind the other, where it was', async () => {
    await button('Put back').click();
    await until('the order is published', async () => (await published()).length === 2);
    expect(await published()).toEqual([second.origin, world.server]);
    const listening = settings.getByText('Removed. Still listening until');
    await until('it is listed as before', async () => (await listening.count()) === 0);
  });
});
