import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AppSession } from '../../scripts/journey/app-session.ts';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import { chooseWorld, enableApp, messageRow, requestRows } from '../../scripts/journey/views.ts';
import { until } from '../../scripts/journey/wait.ts';
import { countAt } from '../../scripts/journey/witness.ts';
import { startWorld, type World } from '../../src/devnet/world.ts';
import { picture } from '../extension/views/stage.ts';
import { everythingKept } from './kept.ts';
import { BROWSER, launchBrowser } from './launch.ts';
import { startSender } from './sender.ts';
import { acceptRequest, connectApp } from '../../scripts/journey/settled.ts';

const PASSPHRASE = 'four quiet herons wade';
const FIRST = 'The ferry leaves at nine.';
/** Lists end as the browser's language has it: this Chromium's is British English, this Firefox's American. */
const AND = BROWSER === 'firefox' ? ', and' : ' and';
const SECOND = 'I keep you a seat by the window.';

let folder: string;
let world: World;
let old: ExtensionBrowser;
let fresh: ExtensionBrowser;
let send: (to: string, text: string) => Promise<void>;
let session: AppSession;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'letterbox-data-'));
  world = await startWorld({ dataDir: join(folder, 'world') });
  send = await startSender(world);
  const options = { headless: true, downloads: folder };
  [old, fresh] = [await launchBrowser(options), await launchBrowser(options)];
});

afterAll(async () => {
  await Promise.all([old.close(), fresh.close()]);
  await world.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const region = (page: Tab, name: string) => page.getByRole('region', { name, exact: true });

const openData = (browser: ExtensionBrowser): Promise<Tab> => browser.openView('settings', 'data');

async function prepare(browser: ExtensionBrowser): Promise<void> {
  const settings = await browser.openView('settings', 'general');
  await chooseWorld(browser, settings, world);
  await settings.close();
}

/** All that is kept: the items of both storage areas, the rows of every table, the sites and what runs there. */
async function kept(page: Tab): Promise<{ [place: string]: number }> {
  return page.evaluate(async () => {
    const done = <Result>(request: IDBRequest<Result>) =>
      new Promise<Result>((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB')));
      });
    const counts: { [place: string]: number } = {
      local: Object.keys(await chrome.storage.local.get(null)).length,
      keys: Object.keys(await chrome.storage.session.get(null)).filter((name) => name.startsWith('key:'))
        .length,
      sites: (await chrome.permissions.getAll()).origins?.length ?? 0,
      scripts: (await chrome.scripting.getRegisteredContentScripts()).length,
    };
    const database = await done(indexedDB.open('letterbox'));
    for (const table of database.objectStoreNames)
      counts[table] = await done(database.transaction(table).objectStore(table).count());
    database.close();
    return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  });
}

/** In order: each step goes on from the one before. */
describe('a person’s data', () => {
  test('at first is in one browser: an app, a message, its sender accepted', async () => {
    await prepare(old);
    ({ session } = await connectApp(old, world));
    await send(world.people.bob.name, FIRST);
    await acceptRequest(old, FIRST);
    expect(await countAt(world.server, session)).toMatchObject({ total: 1 });
  });

  test('is exported with its key to a file in which nothing can be read', async () => {
    const settings = await openData(old);
    const card = region(settings, 'Export');
    await card.getByRole('switch', { name: 'With the apps’ keys' }).check();
    await card.getByRole('textbox', { name: 'Passphrase for the file' }).fill(PASSPHRASE);
    file = await old.download(settings, () => card.getByRole('button', { name: 'Export' }).click());
    await card.getByText('entries exported.').waitFor();
    await settings.close();
  });

  test('in a file that was changed, cut short, or is none is refused in words, and changes nothing', async () => {
    await prepare(fresh);
    const settings = await openData(fresh);
    const card = region(settings, 'Import');
    const before = await everythingKept(settings);
    const bytes = await readFile(file);
    const cases: [string, Uint8Array, string][] = [
      ['changed', bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1), 'was changed or cut short'],
      ['cut', bytes.subarray(0, bytes.length - 100), 'was changed or cut short'],
      ['foreign', Buffer.from('{"kind":"settings"}'), 'This isn’t a file that Letterbox exported.'],
    ];
    for (const [name, content, words] of cases) {
      const spoilt = join(folder, `${name}.export`);
      await writeFile(spoilt, content);
      await card.getByLabel('File', { exact: true }).setInputFiles(spoilt);
      await card.getByRole('textbox', { name: 'Passphrase of the file' }).fill(PASSPHRASE);
      await card.getByRole('button', { name: 'Look inside' }).click();
      await card.getByRole('alert').filter({ hasText: words }).waitFor();
      await card.getByText('Nothing was changed.').waitFor();
      expect(await region(settings, 'What the import would change').count()).toBe(0);
      expect(await everythingKept(settings)).toEqual(before);
    }
    await settings.close();
  });

  test('is imported into another browser after a look, and the key counts once it is approved', async () => {
    const settings = await openData(fresh);
    const card = region(settings, 'Import');
    await card.getByLabel('File', { exact: true }).setInputFiles(file);
    await card.getByRole('textbox', { name: 'Passphrase of the file' }).fill(PASSPHRASE);
    await card.getByRole('button', { name: 'Look inside' }).click();
    const summary = region(settings, 'What the import would change');
    await summary.getByText(`Would be added: 1 message, 1 person${AND} what 1 app may do.`).waitFor();
    await summary.getByText(session.bucket).waitFor();
    expect(await kept(settings)).toEqual({ settings: 1 });
    await picture(settings, 'data-import');
    const approval = await fresh.untilOpens('approve', () =>
      summary.getByRole('button', { name: 'Import', exact: true }).click(),
    );
    await settings.getByText(`Added: 1 message, 1 person${AND} what 1 app may do.`).waitFor();
    expect(await kept(settings)).not.toHaveProperty('keys');
    await picture(approval, 'data-import-approval');
    await approval.getByRole('button', { name: 'Connect' }).click();
    await until('the key is at hand', async () => (await kept(settings))['keys'] === 1);
    const popup = await fresh.openView('popup');
    await messageRow(popup, FIRST).waitFor();
    await send(world.people.bob.name, SECOND); // her sender needs no acceptance there: it came along
    await messageRow(popup, SECOND).waitFor();
    expect(await requestRows(popup).count()).toBe(0);
    await popup.close();
    await settings.close();
  });

  test('read in one of the two browsers a message is read in the other, once the person looks', async () => {
    const unread = `Unread. ${world.people.alice.name}, name proven, in Postcard. ${SECOND}`;
    await old.checkAllNow();
    const [here, there] = [await old.openView('popup'), await fresh.openView('popup')];
    await messageRow(here, unread).waitFor();
    await messageRow(there, SECOND).click();
    await there.getByRole('heading', { name: 'Message from alice' }).waitFor();
    await until('it is read there', async () => {
      await old.checkAllNow();
      return (await messageRow(here, unread).count()) === 0;
    });
    await messageRow(here, SECOND).waitFor();
    await Promise.all([here.close(), there.close()]);
  });

  test('is all deleted there, although the worker dies under it, and the site is off', async () => {
    const apps = await fresh.openView('settings', 'apps');
    await fresh.grant(world.apps[0]);
    await enableApp(apps, world.apps[0]);
    await apps.close();
    const settings = await openData(fresh);
    expect(await kept(settings)).toMatchObject({ local: 1, keys: 1, sites: 1, scripts: 2, entries: 2 });
    await region(settings, 'Delete everything').getByRole('button', { name: 'Delete everything' }).click();
    await settings.getByRole('dialog').getByRole('button', { name: 'Delete everything' }).click();
    await fresh.killWorker();
    await fresh.ringAlarms();
    await until('nothing is left', async () => Object.keys(await kept(settings)).length === 0);
    const popup = await fresh.openView('popup');
    await until('no message is shown', async () => (await messageRow(popup, FIRST).count()) === 0);
    await popup.close();
    await settings.close();
  });

  test('of the app is deleted in the first browser, once its server was left', async () => {
    const settings = await openData(old);
    const row = region(settings, 'Delete an app’s data').locator('.card-row');
    await row.getByRole('button', { name: 'Delete data' }).click();
    await settings.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await settings.getByText('Nothing is kept of any app.').waitFor();
    const left = await kept(settings);
    expect(left).not.toHaveProperty('entries');
    expect(left).not.toHaveProperty('contacts');
    expect(left).not.toHaveProperty('keys');
    await expect(countAt(world.server, session)).rejects.toThrow('not-enrolled');
    await settings.close();
  });
});
