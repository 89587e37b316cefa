import { afterAll, beforeAll, test } from 'vitest';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import { acceptRequest, connectApp } from '../../scripts/journey/settled.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import { answer, messageRow, reply } from '../../scripts/journey/views.ts';
import { until } from '../../scripts/journey/wait.ts';
import type { World } from '../../src/devnet/world.ts';
import { startInWorld, type InWorld } from './in-world.ts';
import { startSender } from './sender.ts';

const FIRST = 'The ferry leaves at nine.';
const SECOND = 'And it is full.';
const HOUR = 3_600_000;

let there: InWorld;
let world: World;
let browser: ExtensionBrowser;
let send: (to: string, text: string) => Promise<void>;
let popup: Tab;

beforeAll(async () => {
  there = await startInWorld('offline');
  ({ world, browser } = there);
  await connectApp(browser, world);
  send = await startSender(world);
  await send(world.people.bob.name, FIRST);
  await acceptRequest(browser, FIRST);
  popup = await browser.openView('popup');
});
afterAll(() => there.end());

/** As it is after a night of tries: each waited longer, and the next one is an hour away. */
async function putOff(): Promise<void> {
  await popup.evaluate(async (next) => {
    const done = <Result>(request: IDBRequest<Result>) =>
      new Promise<Result>((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB')));
      });
    interface Row {
      readonly retry?: object;
      readonly nextTry?: number;
    }
    const database = await done(indexedDB.open('letterbox'));
    for (const name of ['links', 'outbox']) {
      const table = database.transaction(name, 'readwrite').objectStore(name);
      for (const row of (await done(table.getAll())) as Row[]) {
        const retry =
          row.retry === undefined ? { nextTry: next } : { retry: { attempts: 11, nextTry: next } };
        await done(table.put({ ...row, ...retry }));
      }
    }
    database.close();
  }, Date.now() + HOUR);
}

/** In order: each goes on from the one before. */
test('without a network it says so, and what is written waits', async () => {
  await browser.offline(true);
  await popup.getByText('You’re offline').waitFor();
  await messageRow(popup, FIRST).click();
  await reply(popup, 'alice', 'I will swim.');
  await answer(popup, 'Queued. Sends when you’re online').waitFor();
  await browser.ringAlarms();
  await until('the worker found no network', () =>
    popup.evaluate(async () => (await chrome.storage.session.get('offline'))['offline'] === true),
  );
  await send(world.people.bob.name, SECOND);
});

test('once it is back everything goes out and comes, although the next try was an hour away', async () => {
  await putOff();
  await browser.killWorker(); // the next one knows from what is kept in memory
  await browser.offline(false);
  await browser.ringAlarms();
  await answer(popup, 'Accepted by alice’s server').waitFor();
  await popup.getByRole('button', { name: 'Back' }).click();
  await messageRow(popup, SECOND).waitFor();
});
