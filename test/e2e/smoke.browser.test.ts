import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signInHeadless } from '../../src/devnet/headless.ts';
import { startWorld, type World } from '../../src/devnet/world.ts';
import { isConnected, pressConnect, receivedCard } from '../../scripts/journey/app-page.ts';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import { enableApp, openRequests, requestRows } from '../../scripts/journey/views.ts';
import { until } from '../../scripts/journey/wait.ts';
import { launchBrowser } from './launch.ts';
import { startSender } from './sender.ts';

const LETTER = 'The ferry leaves at nine. I keep you a seat by the window.';

let dataDir: string;
let world: World;
let browser: ExtensionBrowser;
let settings: Tab;
let app: Tab;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'letterbox-smoke-'));
  world = await startWorld({ dataDir });
  browser = await launchBrowser({ headless: true });
});

afterAll(async () => {
  await browser.close();
  await world.stop();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

/** In order: each step goes on from the one before. */
describe('from a fresh installation to a message', () => {
  test('the extension loads, and its settings take a server and a registry', async () => {
    settings = await browser.openView('settings', 'general');
    const saved = await settings.evaluate(
      (places) => {
        const chosen = { ...places, receipts: true, development: true };
        return chrome.runtime.sendMessage({ to: 'owner', method: 'saveSettings', args: [chosen] });
      },
      { registries: { bns: [world.registry], bnsv2: [] }, defaultServer: world.server },
    );
    expect(saved).not.toHaveProperty('error');
  });

  test('turned on for a site in Settings, the API is there before the first script of the page', async () => {
    const origin = world.apps[0];
    const apps = await browser.openView('settings', 'apps');
    await browser.grant(origin);
    await enableApp(apps, origin);
    await apps.close();
    app = await browser.newTab();
    await app.goto(origin);
    expect(await app.evaluate(() => typeof globalThis.letterbox)).toBe('object');
  });

  test('a page that hands its session over connects after approval', async () => {
    const userData = await signInHeadless(world, 'bob', world.apps[0]);
    await app.evaluate(
      (session) => {
        localStorage.setItem('blockstack-session', session);
      },
      JSON.stringify({ version: '1.0.0', userData }),
    );
    await app.reload();
    const approval = await browser.untilOpens('approve', () => pressConnect(app));
    await approval.getByText('The key the app handed over fits this bucket').waitFor();
    await approval.getByRole('button', { name: 'Connect' }).click();
    await isConnected(app);
  });

  test('the key is in memory only', async () => {
    const [kept, passing] = await settings.evaluate(async () => [
      await chrome.storage.local.get(),
      await chrome.storage.session.get(),
    ]);
    expect(kept).toEqual({ origins: [world.apps[0]] });
    expect(Object.keys(passing ?? {}).filter((key) => key.startsWith('key:'))).toHaveLength(1);
  });

  test('it receives: badge, request, and the message in the page once it is accepted', async () => {
    const send = await startSender(world);
    await send(world.people.bob.name, LETTER);
    await until('the badge shows 1', async () => (await browser.badge()) === '1');
    const popup = await browser.openView('popup');
    await openRequests(popup);
    await requestRows(popup).click();
    await popup.getByRole('button', { name: 'Accept and read' }).click();
    await receivedCard(app, LETTER).getByText(world.people.alice.name).waitFor();
  });
});
