import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY, FERRY, NOW, ORCHARD } from './apps.ts';
import {
  callsOf,
  clipped,
  outsideCalls,
  overflowing,
  refuse,
  tooWide,
  touching,
  unusable,
} from './checks.ts';
import { openStage, picture, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe('connected apps', () => {
  test('each with its inbox, storage and powers', async () => {
    const page = await stage.open('settings', 'settings', { hash: '#apps' });
    const card = page.getByRole('region', { name: 'Orchard' });
    await card.getByText('bob.id.blockstack', { exact: true }).first().waitFor();
    await card.getByText('hub.example').waitFor();
    await page
      .getByRole('region', { name: 'Quill' })
      .getByText('Gone with the browser’s last run.')
      .waitFor();
    await page.getByRole('region', { name: 'Lantern' }).getByText('Paused').waitFor();
    await picture(page, 'settings-apps');
    await page.close();
  });

  test('each power since when and until when; one is taken back, lasts otherwise, or is given', async () => {
    const page = await stage.open('settings', 'settings', { hash: '#apps' });
    const card = page.getByRole('region', { name: 'Orchard' });
    const [read, send] = ['Read your messages in this app', 'Send as bob.id.blockstack'];
    await card.getByText('Since 4 November 2026, until').first().waitFor();
    const chosen = (name: string) =>
      card
        .getByRole('combobox', { name: `${name}, until` })
        .locator('option:checked')
        .textContent();
    expect(await chosen(read)).toBe('you take it back');
    expect(await chosen(send)).toBe('24 December 2026');
    await card
      .getByRole('combobox', { name: `${read}, until` })
      .selectOption({ label: '1 December 2026 (7 days)' });
    await card.getByText('Since 24 November 2026, until').waitFor();
    expect(await chosen(read)).toBe('1 December 2026');
    await card.getByRole('switch', { name: send }).click();
    await card.getByRole('combobox', { name: `${send}, until` }).waitFor({ state: 'detached' });
    await card.getByRole('switch', { name: 'Send to anyone without asking' }).click();
    await expect.poll(() => callsOf(page, 'grant')).toHaveLength(2);
    expect(await callsOf(page, 'revoke')).toEqual([[ORCHARD.app, 'send']]);
    expect(await callsOf(page, 'grant')).toEqual([
      [ORCHARD.app, { read: 7 * DAY }],
      [ORCHARD.app, { sendWithoutAsking: DAY }],
    ]);
    await page.close();
  });

  test('all powers are taken back at once, and one whose time is over says so', async () => {
    const page = await stage.open('settings', 'settings', { hash: '#apps' });
    await page.evaluate(
      ([app, ended]) => {
        const { state, owner } = globalThis.outside;
        const grants = { read: { since: ended - 100, until: ended }, send: { since: ended } };
        state.apps = state.apps.map((one) => (one.app === app ? { ...one, grants } : one));
        owner.changed();
      },
      [ORCHARD.app, NOW - 2 * DAY] as const,
    );
    const card = page.getByRole('region', { name: 'Orchard' });
    await card.getByText('Ended 22 November 2026.').waitFor();
    expect(await card.getByRole('switch', { name: 'Read your messages in this app' }).isChecked()).toBe(
      false,
    );
    await picture(page, 'settings-grants');
    await card.getByRole('button', { name: 'Take all back' }).click();
    await card.getByRole('button', { name: 'Take all back' }).waitFor({ state: 'detached' });
    expect(await callsOf(page, 'revoke')).toEqual([[ORCHARD.app]]);
    await page.close();
  });

  test('an app that is quiet is told of, with until when, and is let ask again', async () => {
    const page = await stage.open('settings', 'quiet', { hash: '#apps' });
    const quiet = page.getByRole('region', { name: 'Quiet for now' });
    await quiet.getByText('stoop.example').waitFor();
    await quiet.getByText('until 11:45').waitFor();
    await picture(page, 'settings-quiet');
    await quiet.getByRole('button', { name: 'Let it ask' }).click();
    await quiet.waitFor({ state: 'detached' });
    expect(await callsOf(page, 'letAsk')).toEqual([['https://stoop.example']]);
    await page.close();
  });

  test('are disconnected after a second word, and turned off', async () => {
    const page = await stage.open('settings', 'settings', { hash: '#apps' });
    await page.getByRole('region', { name: 'Ferry' }).getByRole('button', { name: 'Disconnect' }).click();
    await page
      .getByRole('dialog', { name: 'Disconnect Ferry?' })
      .getByRole('button', { name: 'Disconnect' })
      .click();
    await page.getByRole('region', { name: 'Ferry' }).waitFor({ state: 'detached' });
    expect(await callsOf(page, 'disconnect')).toEqual([[FERRY.inbox]]);
    await expect.poll(() => outsideCalls(page)).toEqual([{ method: 'disable', args: [FERRY.app] }]);
    await page.close();
  });

  test('an app elsewhere is turned on by its address', async () => {
    const page = await stage.open('settings', 'settings', { hash: '#apps' });
    const field = page.getByRole('textbox', { name: 'App address' });
    const button = page.getByRole('button', { name: 'Use Letterbox there' });
    await field.fill('no address');
    await button.click();
    await page.getByText('This isn’t an app’s address.').waitFor();
    await field.fill('http://127.0.0.1:4100/inbox?x=1');
    await button.click();
    await page.getByText('Letterbox is on at 127.0.0.1:4100.').waitFor();
    await field.fill('garden.example');
    await field.press('Enter');
    await page.getByText('Letterbox is on at garden.example.').waitFor();
    await page.getByRole('button', { name: 'Open it to connect' }).click();
    expect(await outsideCalls(page)).toEqual([
      { method: 'enable', args: ['http://127.0.0.1:4100'] },
      { method: 'enable', args: ['https://garden.example'] },
      { method: 'visit', args: ['https://garden.example'] },
    ]);
    await page.close();
  });

  test('a site that is on and not connected can be turned off', async () => {
    const page = await stage.open('settings', 'settings', { hash: '#apps' });
    const idle = page.getByRole('region', { name: 'Turned on, not connected' });
    await idle.getByText('stoop.example').waitFor();
    await idle.getByRole('button', { name: 'Turn off' }).click();
    await idle.waitFor({ state: 'detached' });
    expect(await outsideCalls(page)).toEqual([{ method: 'disable', args: ['https://stoop.example'] }]);
    await page.close();
  });
});

describe('where Letterbox is on', () => {
  test('all sites: after the browser’s question, and off again', async () => {
    const page = await stage.open('settings', 'settings', { hash: '#general' });
    const all = page.getByRole('switch', { name: 'All sites' });
    await all.click();
    await expect.poll(() => all.isChecked()).toBe(true);
    await picture(page, 'settings-all-sites');
    await all.click();
    await expect.poll(() => all.isChecked()).toBe(false);
    expect((await outsideCalls(page)).map(({ method }) => method)).toEqual([
      'enableEverywhere',
      'disableEverywhere',
    ]);
    await page.close();
  });

  test('all sites, where the browser was told no: stays off and says so', async () => {
    const page = await stage.open('settings', 'declined', { hash: '#general' });
    const all = page.getByRole('switch', { name: 'All sites' });
    await all.click();
    await page.getByRole('alert').getByText('The browser was told no').waitFor();
    expect(await all.isChecked()).toBe(false);
    await page.close();
  });

  test('an app at one of the few sites that the browser leaves is not said to be off', async () => {
    const page = await stage.open('settings', 'fewer', { hash: '#apps' });
    await page.getByRole('region', { name: 'Quill' }).waitFor();
    await page.getByRole('region', { name: 'Turned on, not connected' }).waitFor(); // now it knows of sites
    expect(await page.getByText('The app’s pages don’t reach their inbox').count()).toBe(0);
    await page.close();
  });

  test('what the browser took away is said: of all sites, of an app, of a site', async () => {
    const page = await stage.open('settings', 'withheld', { hash: '#general' });
    await page.getByText('Your browser withholds it').waitFor();
    await picture(page, 'settings-withheld');
    await page.getByRole('link', { name: 'Connected apps' }).click();
    const quill = page.getByRole('region', { name: 'Quill' });
    await quill.getByText('The browser took the permission for this site away').waitFor();
    const orchard = page.getByRole('region', { name: 'Orchard' });
    expect(await orchard.getByText('The browser took the permission for this site away').count()).toBe(0);
    await page.getByText('The browser took its permission away').waitFor();
    await picture(page, 'settings-withheld-apps');
    await quill.getByRole('button', { name: 'Turn on' }).click();
    await quill
      .getByText('The browser took the permission for this site away')
      .waitFor({ state: 'detached' });
    expect(await outsideCalls(page)).toEqual([{ method: 'enable', args: ['https://quill.example'] }]);
    await page.close();
  });
});

describe('general', () => {
  test('saves each change on top of the others', async () => {
    const page = await stage.open('settings', 'settings', { hash: '#general' });
    await page.getByRole('switch', { name: 'Development' }).click();
    await page.getByText('Programs on this computer can read and redirect your mail').waitFor();
    await page.getByText('Development is on').waitFor();
    await picture(page, 'settings-development');
    await page.getByRole('textbox', { name: 'Name registry' }).fill('http://127.0.0.1:4001/');
    await page.getByRole('textbox', { name: 'Default message server' }).fill('http://127.0.0.1:4002');
    await page.getByRole('textbox', { name: 'Default message server' }).press('Enter');
    await page.getByRole('switch', { name: 'Receipts' }).click();
    await page.getByRole('status').getByText('Saved.').waitFor();
    await expect
      .poll(async () => Object.assign({}, ...(await callsOf(page, 'saveSettings')).flat()))
      .toEqual({
        registries: { bns: ['http://127.0.0.1:4001'] },
        defaultServer: 'http://127.0.0.1:4002',
        receipts: false,
        development: true,
      });
    expect((await callsOf(page, 'saveSettings'))[0]).toEqual([{ development: true }]);
    await page.close();
  });

  test('registries are asked in the order in which they stand, and an empty field takes one out', async () => {
    const page = await stage.open('settings', 'settings', { hash: '#general' });
    const field = (name: string) => page.getByRole('textbox', { name, exact: true });
    const saved = async () => (await callsOf(page, 'saveSettings')).at(-1);
    await page.getByRole('button', { name: 'Add a name registry' }).click();
    await field('Name registry 2').fill('names.garden.example/stacks/');
    await field('Name registry 2').press('Enter');
    const both = ['https://registry.example', 'https://names.garden.example/stacks'];
    await expect.poll(saved).toEqual([{ registries: { bns: both } }]);
    await picture(page, 'settings-registries');
    await page.getByRole('button', { name: 'Move names.garden.example up' }).press('Enter');
    await expect.poll(saved).toEqual([{ registries: { bns: both.toReversed() } }]);
    await expect.poll(() => field('Name registry').inputValue()).toBe(both[1]);
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    await expect.poll(focused).toBe('Move names.garden.example down');
    await page.keyboard.press('Enter');
    await expect.poll(saved).toEqual([{ registries: { bns: both } }]);
    await expect.poll(focused).toBe('Move names.garden.example up');
    await field('Name registry').fill('');
    await field('Name registry').press('Enter');
    await expect.poll(saved).toEqual([{ registries: { bns: both.slice(1) } }]);
    await field('Registry for .btc names').fill('');
    await field('Registry for .btc names').press('Enter');
    await expect.poll(saved).toEqual([{ registries: { bnsv2: [] } }]);
    expect(await field('Registry for .btc names').inputValue()).toBe('');
    await page.close();
  });

  test('a registry on this computer is refused in words', async () => {
    const page = await stage.open('settings', 'settings', { hash: '#general' });
    await refuse(page, 'saveSettings', 'place-forbidden', {
      url: 'https://10.0.0.1',
      problem: 'not a public host',
    });
    const field = page.getByRole('textbox', { name: 'Name registry' });
    await field.fill('10.0.0.1');
    await field.press('Enter');
    await page.getByRole('alert').getByText('Letterbox doesn’t go to 10.0.0.1.').waitFor();
    await page.close();
  });

  test('keeps what is no address out', async () => {
    const page = await stage.open('settings', 'settings', { hash: '#general' });
    const field = page.getByRole('textbox', { name: 'Default message server' });
    await field.fill('not an address');
    await field.press('Enter');
    await page.getByText('This isn’t an address.').waitFor();
    expect(await callsOf(page, 'saveSettings')).toEqual([]);
    await field.fill('');
    await field.press('Enter');
    await expect
      .poll(() => callsOf(page, 'saveSettings'))
      .toEqual([[expect.objectContaining({ defaultServer: '' })]]);
    await page.close();
  });

  test('says what could not be saved', async () => {
    const page = await stage.open('settings', 'settings', { hash: '#general' });
    await refuse(page, 'saveSettings', 'malformed', {
      what: 'settings.registries.bns',
      problem: 'not https',
    });
    await page.getByRole('switch', { name: 'Receipts' }).click();
    await page.getByRole('alert').getByText('Only https addresses are taken.').waitFor();
    await expect.poll(() => page.getByRole('switch', { name: 'Receipts' }).isChecked()).toBe(true);
    await page.close();
  });
});

test('blocked people can be let in again', async () => {
  const page = await stage.open('settings', 'settings', { hash: '#blocked' });
  const people = page.getByRole('list', { name: 'Blocked people' }).getByRole('listitem');
  await people.nth(1).waitFor();
  await picture(page, 'settings-blocked');
  await people.first().getByRole('button', { name: 'Unblock' }).click();
  await people.nth(1).waitFor({ state: 'detached' });
  expect(await callsOf(page, 'unblock')).toEqual([
    [{ inbox: FERRY.inbox, from: '1Q1Cu5t3Vq6Kz9Nt2Xr8Lm7Pd4Jc1Yf8WzE' }],
  ]);
  await page.close();
});

describe('everyone can use it', () => {
  test('sections are links, and the current one says so', async () => {
    const page = await stage.open('settings', 'settings');
    await page.getByRole('link', { name: 'Servers' }).click();
    await page.getByRole('heading', { name: 'Servers', level: 1 }).waitFor();
    expect(await page.getByRole('link', { name: 'Servers' }).getAttribute('aria-current')).toBe('page');
    await page.close();
  });

  test('right to left, narrow and at twice the text size', async () => {
    for (const look of [{ rtl: true }, { width: 600 }, { text: 200 }, { width: 480, text: 200 }]) {
      for (const hash of ['#apps', '#servers', '#general', '#blocked']) {
        const page = await stage.open('settings', 'settings', { ...look, hash, rough: true });
        await page.getByRole('heading', { level: 1 }).waitFor();
        expect({ look, hash, found: await overflowing(page) }).toEqual({ look, hash, found: [] });
        expect({ look, hash, found: await tooWide(page) }).toEqual({ look, hash, found: [] });
        expect({ look, hash, found: await touching(page) }).toEqual({ look, hash, found: [] });
        expect({ look, hash, found: await clipped(page) }).toEqual({ look, hash, found: [] });
        expect({ look, hash, found: await unusable(page) }).toEqual({ look, hash, found: [] });
        await page.close();
      }
    }
  });
});
