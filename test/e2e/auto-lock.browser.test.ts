import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import { hasScreen, startScreen, type Screen } from '../../scripts/journey/screen.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import { until } from '../../scripts/journey/wait.ts';
import { launchBrowser } from './launch.ts';

const PASSPHRASE = 'four quiet herons wade';
/** Seconds: the shortest time without input that browsers tell of. The settings offer five minutes and more. */
const AWAY_AFTER = 15;

let screen: Screen;
let browser: ExtensionBrowser;
let settings: Tab;

/** As its settings do; then the time, as it stands on the disk, is made the shortest that can be. */
async function chooseShortest(): Promise<void> {
  await settings.evaluate(async (minutes) => {
    const args = [{ autoLock: 5 }];
    await chrome.runtime.sendMessage({ to: 'owner', method: 'saveSettings', args });
    const done = <Result>(request: IDBRequest<Result>) =>
      new Promise<Result>((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB')));
      });
    const database = await done(indexedDB.open('letterbox'));
    const table = database.transaction('settings', 'readwrite').objectStore('settings');
    const row = (await done(table.get('settings'))) as { readonly settings: { readonly autoLock: number } };
    if (row.settings.autoLock !== 5) throw new Error('the choice is not on the disk');
    await done(table.put({ ...row, settings: { ...row.settings, autoLock: minutes } }));
    database.close();
  }, AWAY_AFTER / 60);
}

/** What the extension asks the browser. */
const isActive = () =>
  settings.evaluate(async (seconds) => (await chrome.idle.queryState(seconds)) === 'active', AWAY_AFTER);

/** Whether the alarm that was brought forward has gone off, and the next one is set. */
const hasRung = () =>
  settings.evaluate(async () =>
    (await chrome.alarms.getAll()).every(({ scheduledTime }) => scheduledTime > Date.now()),
  );

/** What the harness types is no input to the screen: the person is who touches that. */
describe.skipIf(!hasScreen())('by the browser’s own word on who is there, a vault', () => {
  beforeAll(async () => {
    screen = await startScreen();
    browser = await launchBrowser({ headless: false, display: screen.display });
    settings = await browser.openView('settings', 'lock');
    await settings.getByRole('textbox', { name: 'Passphrase', exact: true }).fill(PASSPHRASE);
    await settings.getByRole('button', { name: 'Set passphrase' }).click();
    await settings.getByRole('main').getByRole('button', { name: 'Lock now' }).waitFor();
  });

  afterAll(async () => {
    await browser.close();
    await screen.close();
  });

  const locked = () => settings.getByRole('heading', { name: 'Letterbox is locked' });

  test('stays open while somebody is', async () => {
    await until('nobody was, for so long', async () => !(await isActive()));
    await screen.touch();
    await until('somebody is', isActive);
    await chooseShortest();
    await browser.ringAlarms();
    await until('the alarm has gone off', async () => {
      await screen.touch();
      return hasRung();
    });
    await browser.checkAllNow(); // is through only after what the alarm began with
    expect(await locked().count()).toBe(0);
  });

  test('locks by itself once nobody is', async () => {
    await until('nobody is', async () => !(await isActive()));
    await browser.ringAlarms();
    await locked().waitFor();
  });
});
