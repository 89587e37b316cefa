import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isConnected, pressConnect, receivedCard } from '../../scripts/journey/app-page.ts';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import { until } from '../../scripts/journey/wait.ts';
import type { World } from '../../src/devnet/world.ts';
import type { LetterboxApi } from '../../src/protocol/page-api.ts';
import { startInWorld, type InWorld } from './in-world.ts';
import { startSender } from './sender.ts';
import { acceptRequest, connectApp } from '../../scripts/journey/settled.ts';

/** What Bob's app may do: for a time, until he takes it back, and never so often that it bothers him. */
declare global {
  // oxlint-disable-next-line no-var -- how a global is declared
  var letterbox: LetterboxApi | undefined;
  var told: string[];
}

let there: InWorld;
let world: World;
let browser: ExtensionBrowser;
let send: (to: string, text: string) => Promise<void>;
let app: Tab;
let settings: Tab;

beforeAll(async () => {
  there = await startInWorld('grants');
  ({ world, browser } = there);
  ({ app } = await connectApp(browser, world));
  send = await startSender(world);
  settings = await browser.openView('settings', 'apps');
});
afterAll(() => there.end());

/** What a call of the page comes to: its error's code. */
function codeOf(method: 'list' | 'connect' | 'send', argument: unknown = {}): Promise<string> {
  return app.evaluate(
    async ([name, given]) => {
      try {
        await globalThis.letterbox?.[name](given as never);
        return 'answered';
      } catch (error) {
        return (error as { code?: string }).code ?? String(error);
      }
    },
    [method, argument] as const,
  );
}

/** The owner's call, from one of Letterbox's own views. */
async function owner(method: string, ...args: unknown[]): Promise<void> {
  const answer = await settings.evaluate((request) => chrome.runtime.sendMessage(request), {
    to: 'owner',
    method,
    args,
  });
  expect(answer).not.toHaveProperty('error');
}

const reading = () => settings.getByRole('switch', { name: 'Read your messages in this app' });
const approvals = () => browser.viewsOf('approve');

/** In order: each goes on from the one before. */
describe('what an app may do', () => {
  test('taken back while its page is open: it hears so at once, and of no message from then on', async () => {
    await send(world.people.bob.name, 'The ferry leaves at nine.');
    await until('the badge shows 1', async () => (await browser.badge()) === '1');
    await acceptRequest(browser, 'The ferry leaves at nine.');
    await receivedCard(app, 'The ferry leaves at nine.').waitFor();
    await app.evaluate(() => {
      globalThis.told = [];
      globalThis.letterbox?.on('message', ({ body }) => globalThis.told.push(JSON.stringify(body)));
      globalThis.letterbox?.on('disconnect', ({ reason }) => globalThis.told.push(reason));
    });
    await settings.bringToFront();
    await reading().click();
    await expect.poll(() => app.evaluate(() => globalThis.told)).toEqual(['revoked']);
    expect(await codeOf('list')).toBe('not-allowed');
    await send(world.people.bob.name, 'It leaves at ten.');
    await until('the badge shows 2', async () => (await browser.badge()) === '2');
    expect(await app.evaluate(() => globalThis.told)).toEqual(['revoked']);
  });

  test('given again, the settings say since when, and the page reads what came meanwhile', async () => {
    await settings.bringToFront();
    await reading().click();
    const term = settings.getByRole('combobox', { name: 'Read your messages in this app, until' });
    await term.waitFor();
    expect(await codeOf('list')).toBe('answered');
  });

  test('over, it is refused, in a new worker too, and connect asks again', async () => {
    await owner('grant', world.apps[0], { read: 1 });
    await expect.poll(() => codeOf('list')).toBe('not-allowed');
    await browser.killWorker();
    expect(await codeOf('list')).toBe('not-allowed');
    await app.reload();
    const approval = await browser.untilOpens('approve', () => pressConnect(app));
    await approval.getByText('It will be able to').waitFor();
    await approval.getByRole('button', { name: 'Connect' }).click();
    await isConnected(app);
    expect(await codeOf('list')).toBe('answered');
  });

  test('declined three times in a row it brings up no window; the settings say so and let it ask', async () => {
    for (const name of ['one', 'two', 'three']) {
      const asked = codeOf('send', { to: `${name}.id.blockstack`, body: 'Hello.' });
      const window = await until('the window is there', async () => {
        const [shown] = await approvals();
        return (await shown?.getByText(`${name}.id.blockstack`).isVisible()) === true ? shown : undefined;
      });
      await window.getByRole('button', { name: 'Decline' }).dispatchEvent('click');
      expect(await asked).toBe('rejected');
      await expect.poll(async () => (await approvals()).length).toBe(0);
    }
    expect(await codeOf('send', { to: 'four.id.blockstack', body: 'Hello.' })).toBe('quiet');
    await browser.killWorker();
    expect(await codeOf('send', { to: 'four.id.blockstack', body: 'Hello.' })).toBe('quiet');
    expect(await codeOf('list')).toBe('answered');
    expect(await approvals()).toHaveLength(0);
    await settings.bringToFront();
    const quiet = settings.getByRole('region', { name: 'Quiet for now' });
    await quiet.getByRole('button', { name: 'Let it ask' }).click();
    await expect.poll(() => quiet.isVisible()).toBe(false);
    const asked = codeOf('send', { to: 'five.id.blockstack', body: 'Hello.' });
    await expect.poll(async () => (await approvals()).length).toBe(1);
    for (const window of await approvals()) await window.close();
    expect(await asked).toBe('rejected');
  });
});
