import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signInHeadless } from '../../src/devnet/headless.ts';
import { startWorld, type World } from '../../src/devnet/world.ts';
import { until } from '../../scripts/journey/wait.ts';
import { launchFirefox, type Firefox } from './firefox.ts';
import { startSender } from './sender.ts';

const LETTER = 'The ferry leaves at nine. I keep you a seat by the window.';

let dataDir: string;
let world: World;
let firefox: Firefox;
let settings: Page;
let app: Page;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'letterbox-firefox-'));
  world = await startWorld({ dataDir });
  firefox = await launchFirefox();
});

afterAll(async () => {
  await firefox.close();
  await world.stop();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

const button = (name: string) => `::-p-aria([name="${name}"][role="button"])`;
const field = (name: string) => `::-p-aria([name="${name}"][role="textbox"])`;

/** In order: each step goes on from the one before. */
describe('in Firefox', () => {
  test('the extension loads, and its settings take a server and a registry', async () => {
    settings = await firefox.openView('settings', 'general');
    const saved = await settings.evaluate(
      (places) => {
        const { browser } = globalThis as unknown as { browser: typeof chrome };
        const chosen = { ...places, receipts: true, development: true };
        return browser.runtime.sendMessage({ to: 'owner', method: 'saveSettings', args: [chosen] });
      },
      { registry: world.registry, defaultServer: world.server },
    );
    expect(saved).not.toHaveProperty('error');
  });

  test('turned on for a site in Settings, the API is there before the first script of the page', async () => {
    const origin = world.apps[0];
    const apps = await firefox.openView('settings', 'apps');
    await apps.locator(field('App address')).fill(origin);
    await apps.locator(button('Use Letterbox there')).click();
    await apps.locator(`::-p-text(Letterbox is on at ${new URL(origin).host})`).wait();
    await apps.close();
    app = await firefox.browser.newPage();
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
    await app.locator(button('Connect Letterbox')).click();
    const approval = await firefox.findView('approve');
    await approval.locator(`::-p-text(The key the app handed over fits this bucket)`).wait();
    // the button is inert at first, and the window closes under the click: what counts is the page
    await until('the page is connected', async () => {
      await Promise.allSettled([approval.$(button('Connect')).then((connect) => connect?.click())]);
      return (await app.$('body[data-state="connected"]')) !== null;
    });
  });

  test('the key is in memory only', async () => {
    const [kept, passing] = await settings.evaluate(async () => {
      const { browser } = globalThis as unknown as { browser: typeof chrome };
      return [await browser.storage.local.get(), await browser.storage.session.get()];
    });
    expect(kept).toEqual({ origins: [world.apps[0]] });
    expect(Object.keys(passing ?? {}).filter((key) => key.startsWith('key:'))).toHaveLength(1);
  });

  test('it receives: badge, request, and the message in the page once it is accepted', async () => {
    const send = await startSender(world);
    await send(world.people.bob.name, LETTER);
    await until('the badge shows 1', async () => (await badge()) === '1');
    const popup = await firefox.openView('popup');
    await popup.locator(button('Requests')).click();
    await popup.locator('::-p-aria([role="row"])').click();
    await popup.locator(button('Accept and read')).click();
    await app.locator(`::-p-text(${LETTER})`).wait();
    expect(await app.evaluate(() => document.body.innerText)).toContain(world.people.alice.name);
  });
});

function badge(): Promise<string> {
  return settings.evaluate(() => {
    const { browser } = globalThis as unknown as { browser: typeof chrome };
    return browser.action.getBadgeText({});
  });
}
