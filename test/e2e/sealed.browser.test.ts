import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppSession } from '../../scripts/journey/app-session.ts';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import { answer, chooseWorld, messageRow, reply } from '../../scripts/journey/views.ts';
import { until } from '../../scripts/journey/wait.ts';
import { signInHeadless } from '../../src/devnet/headless.ts';
import { startWorld, type World } from '../../src/devnet/world.ts';
import { addressOf, parseOrigin, parsePrivateKey, publicKeyOf } from '../../src/protocol/ids.ts';
import { everythingKept, wordsInFiles } from './kept.ts';
import { launchBrowser } from './launch.ts';
import { startSender } from './sender.ts';
import { acceptRequest, connectApp } from '../../scripts/journey/settled.ts';

const PASSPHRASE = 'four quiet herons wade';
const RECEIVED = 'The ferry leaves at nine.';
const SENT = 'Then I take the early tram.';
const DRAFT = 'And should it rain';

let folder: string;
let profile: string;
let world: World;
let browser: ExtensionBrowser;
let session: AppSession;
/** Her address in the app. */
let alice: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'letterbox-sealed-'));
  profile = join(folder, 'profile');
  await mkdir(profile);
  world = await startWorld({ dataDir: join(folder, 'world') });
  browser = await launchBrowser({ headless: true, profile });
});

afterAll(async () => {
  await browser.close();
  await world.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** What nobody is to find who copied the profile. */
const secrets = () => [RECEIVED, SENT, DRAFT, world.people.alice.name, alice, PASSPHRASE];

test('a passphrase is set at the first run; then a message comes, one is sent, and one begun', async () => {
  const send = await startSender(world);
  const { appPrivateKey } = await signInHeadless(world, 'alice', parseOrigin(world.apps[0]));
  alice = addressOf(publicKeyOf(parsePrivateKey(appPrivateKey)));
  const welcome = await browser.openView('settings', 'welcome');
  await welcome.getByText('With a passphrase').click();
  await welcome.getByRole('textbox', { name: 'Passphrase' }).fill(PASSPHRASE);
  await welcome.getByRole('button', { name: 'Continue' }).click();
  await welcome.getByRole('heading', { name: 'Connected apps' }).waitFor();
  await welcome.close();
  const settings = await browser.openView('settings', 'general');
  await chooseWorld(browser, settings, world);
  await settings.close();
  ({ session } = await connectApp(browser, world));
  await send(world.people.bob.name, RECEIVED);
  await acceptRequest(browser, RECEIVED);
  const popup = await browser.openView('popup');
  await messageRow(popup, RECEIVED).click();
  await reply(popup, 'alice', SENT);
  await answer(popup, SENT).waitFor();
  await popup.getByRole('textbox', { name: 'Reply to alice' }).fill(DRAFT);
  await until('the draft is kept', async () => (await everythingKept(popup)).memory.includes(DRAFT));
  await popup.close();
});

test('locked, neither the disk nor memory shows any of it, and after unlocking it is there again', async () => {
  const popup = await browser.openView('popup');
  const open = await everythingKept(popup);
  expect(open.memory).toContain(DRAFT);
  await popup.getByRole('button', { name: 'Lock now' }).click();
  await popup.getByRole('heading', { name: 'Letterbox is locked' }).waitFor();
  const { memory, disk } = await everythingKept(popup);
  expect(memory + disk).not.toContain(session.privateKey);
  expect(memory + disk).not.toContain(world.people.bob.name); // the app's page keeps it too, where it wants
  expect(secrets().filter((secret) => (memory + disk + open.disk).includes(secret))).toEqual([]);
  expect(disk).toContain(session.address); // what is told of in docs/threat-model.md, and shows that it was looked at
  await popup.getByRole('textbox', { name: 'Passphrase' }).fill(PASSPHRASE);
  await popup.getByRole('button', { name: 'Unlock' }).click();
  await messageRow(popup, RECEIVED).click();
  await answer(popup, SENT).waitFor();
  await expect.poll(() => popup.getByRole('textbox', { name: 'Reply to alice' }).inputValue()).toBe(DRAFT);
  await popup.close();
});

test('with the browser closed, no file of the whole profile holds any of it', async () => {
  await browser.close();
  expect(await wordsInFiles(profile, secrets())).toEqual([]);
  expect(await wordsInFiles(profile, [session.address])).not.toEqual([]);
});

test('without a passphrase again everything is here, and in the files for whoever looks', async () => {
  browser = await launchBrowser({ headless: true, profile });
  const settings = await browser.openView('settings', 'lock');
  await settings.getByRole('textbox', { name: 'Passphrase' }).fill(PASSPHRASE);
  await settings.getByRole('button', { name: 'Unlock' }).click();
  const off = settings.getByRole('region', { name: 'Go without a passphrase' });
  await off.getByRole('textbox', { name: 'Passphrase' }).fill(PASSPHRASE);
  await off.getByRole('button', { name: 'Turn it off' }).click();
  await settings.getByText('There is no passphrase').waitFor();
  const { disk } = await everythingKept(settings);
  for (const text of [RECEIVED, SENT, world.people.alice.name, alice, world.people.bob.name])
    expect(disk).toContain(text);
  await browser.close();
  expect(await wordsInFiles(profile, [RECEIVED])).not.toEqual([]); // so the look at them before was no blind one
});
