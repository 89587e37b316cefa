import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tab } from '../../../scripts/journey/tab.ts';
import { callsOf, clipped, outsideCalls, overflowing, refuse, unusable } from './checks.ts';
import { openStage, picture, type Stage } from './stage.ts';

const PASSPHRASE = 'four quiet herons';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const field = (page: Tab, name = 'Passphrase') => page.getByRole('textbox', { name, exact: true });
const unlock = (page: Tab) => page.getByRole('button', { name: 'Unlock' });
const fault = (page: Tab) => page.getByRole('alert').filter({ hasText: /\S/ });

describe('locked, the popup', () => {
  test('says how much waits, has the field at once, and shows the inbox once it is unlocked', async () => {
    const page = await stage.open('popup', 'locked');
    await page.getByRole('heading', { name: 'Letterbox is locked' }).waitFor();
    await page.getByText('7 messages wait on your servers. Unlock to read them.').waitFor();
    await page.getByText('Locks again after 15 minutes without use').waitFor();
    await page.keyboard.type(PASSPHRASE); // it has the focus
    await picture(page, 'locked');
    expect(await page.getByText('Dinner').count()).toBe(0);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();
    expect(await callsOf(page, 'unlock')).toEqual([[PASSPHRASE]]);
    await page.close();
  });

  test('says that nothing waits, and hides or shows what is typed', async () => {
    const page = await stage.open('popup', 'lockedAndEmpty');
    await page.getByText('No new messages wait on your servers').waitFor();
    await field(page).fill('abc');
    expect(await field(page).getAttribute('type')).toBe('password');
    await page.getByRole('button', { name: 'Show: Passphrase' }).click();
    expect(await field(page).getAttribute('type')).toBe('text');
    await page.getByRole('button', { name: 'Hide: Passphrase' }).click();
    expect(await field(page).getAttribute('type')).toBe('password');
    await page.close();
  });

  test('a wrong passphrase has to wait, in seconds that pass', async () => {
    const page = await stage.open('popup', 'locked');
    await refuse(page, 'unlock', 'passphrase-wrong', { after: 2 });
    await field(page).fill('four loud geese');
    await unlock(page).click();
    await fault(page).waitFor();
    expect(await fault(page).locator('.unseen').textContent()).toBe(
      'That’s not the passphrase. Try again in 2 seconds.',
    );
    await expect.poll(() => unlock(page).isDisabled(), { timeout: 20_000 }).toBe(false);
    expect(await fault(page).locator('[aria-hidden]').last().textContent()).toBe(
      'That’s not the passphrase. Try again.',
    );
    await field(page).fill(PASSPHRASE);
    await unlock(page).click();
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();
    await page.close();
  });

  test('the wait of a popup that was closed goes on in the next one', async () => {
    const page = await stage.open('popup', 'refusedJustNow');
    await page.getByText('1 message waits on your servers. Unlock to read it.').waitFor();
    expect(await fault(page).locator('.unseen').textContent()).toBe(
      'Too many tries. Try again in 60 seconds.',
    );
    expect(await unlock(page).isDisabled()).toBe(true);
    await field(page).fill(PASSPHRASE);
    await page.keyboard.press('Enter');
    expect(await callsOf(page, 'unlock')).toEqual([]);
    await page.close();
  });

  test('a forgotten passphrase: what is lost is said, and asked for a second time', async () => {
    const page = await stage.open('popup', 'locked');
    await page.getByRole('button', { name: 'Forgot the passphrase?' }).click();
    const dialog = page.getByRole('dialog', { name: 'Erase and start over?' });
    await dialog.getByText('Nobody can reset a passphrase.').waitFor();
    await picture(page, 'locked-forgotten');
    await dialog.getByRole('button', { name: 'Keep it locked' }).click();
    expect(await callsOf(page, 'eraseAll')).toEqual([]);
    await page.getByRole('button', { name: 'Forgot the passphrase?' }).click();
    await dialog.getByRole('button', { name: 'Erase everything here' }).click();
    await expect.poll(() => callsOf(page, 'eraseAll')).toHaveLength(1);
    await page.close();
  });

  test('an open message is gone from the page as soon as it is locked', async () => {
    const page = await stage.open('popup', 'guarded');
    await page.getByRole('row', { name: 'Dinner on Friday moves to eight' }).click();
    await page.getByRole('heading', { name: 'Dinner on Friday moves to eight' }).waitFor();
    await page.evaluate(() => globalThis.outside.owner.owner.lock());
    await page.getByRole('heading', { name: 'Letterbox is locked' }).waitFor();
    expect(await page.content()).not.toContain('Dinner');
    await page.close();
  });

  test('what does not open on the disk is told of, and keeps nothing else from being read', async () => {
    const told = '3 things that Letterbox keeps on this computer don’t open';
    const page = await stage.open('popup', 'damaged');
    await page.getByText(told).waitFor();
    await page.getByRole('row', { name: 'Dinner on Friday moves to eight' }).waitFor();
    await picture(page, 'popup-damaged');
    await page.close();
    const settings = await stage.open('settings', 'damaged', { hash: '#lock' });
    await settings.getByText(told).waitFor();
    await picture(settings, 'settings-lock-damaged');
    await settings.close();
    const whole = await stage.open('popup', 'guarded');
    await whole.getByRole('row', { name: 'Dinner on Friday moves to eight' }).waitFor();
    expect(await whole.getByText('don’t open').count()).toBe(0);
    await whole.close();
  });

  test('locks by its button, where there is a passphrase', async () => {
    const page = await stage.open('popup', 'guarded');
    await page.getByRole('button', { name: 'Lock now' }).click();
    await page.getByRole('heading', { name: 'Letterbox is locked' }).waitFor();
    await page.close();
    const bare = await stage.open('popup', 'rich');
    await bare.getByRole('button', { name: 'Settings' }).waitFor();
    expect(await bare.getByRole('button', { name: 'Lock now' }).count()).toBe(0);
    await bare.close();
  });
});

describe('locked, the other views', () => {
  test('the approval window asks for the passphrase, and shows nothing of the question before', async () => {
    const page = await stage.open('approve', 'lockedAsking');
    await page.getByText('An app asks for you. Unlock to see what it wants.').waitFor();
    expect(await page.content()).not.toContain('quill');
    expect(await outsideCalls(page)).toEqual([]);
    await page.keyboard.type(PASSPHRASE);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Connect to quill.example?' }).waitFor();
    await page.close();
  });

  test('the settings show none of the apps', async () => {
    const page = await stage.open('settings', 'locked', { hash: '#apps' });
    await page.getByRole('heading', { name: 'Letterbox is locked' }).waitFor();
    expect(await page.content()).not.toMatch(/orchard/i);
    await page.close();
  });
});

describe('lock and keys', () => {
  test('without a passphrase: what that means, and one is set', async () => {
    const page = await stage.open('settings', 'settled', { hash: '#lock' });
    await page.getByText('There is no passphrase').waitFor();
    await page.getByText('Keys last only until the browser closes.').waitFor();
    const set = page.getByRole('button', { name: 'Set passphrase' });
    await field(page).fill('short');
    expect(await set.isDisabled()).toBe(true);
    await page.getByText('At least 8 characters.').waitFor();
    await field(page).fill('quiet herons');
    await page.getByText('Weak. Whoever copies').waitFor();
    await field(page).fill('four quiet herons wade');
    await page.getByText('Strong. Nobody can reset it').waitFor();
    await picture(page, 'settings-lock-none');
    await set.click();
    await page.getByRole('button', { name: 'Lock now' }).first().waitFor();
    expect(await callsOf(page, 'setPassphrase')).toEqual([['four quiet herons wade']]);
    await page.close();
  });

  test('with much to encrypt, it says how far that is', async () => {
    const page = await stage.open('settings', 'settled', { hash: '#lock' });
    await page.evaluate(() => {
      globalThis.outside.state.vault.progress = { to: 'sealed', done: 6400, total: 20_000 };
      globalThis.outside.hold('setPassphrase');
    });
    await field(page).fill('four quiet herons wade');
    await page.getByRole('button', { name: 'Set passphrase' }).click();
    const bar = page.getByRole('progressbar', { name: 'Encrypting your messages' });
    await page.getByText('Encrypting your messages: 32%').waitFor();
    expect(await bar.getAttribute('aria-valuetext')).toBe('32%');
    expect(await bar.evaluate((element: HTMLProgressElement) => element.position)).toBe(0.32);
    await picture(page, 'settings-lock-encrypting');
    await page.evaluate(() => globalThis.outside.letGo());
    await page.getByRole('button', { name: 'Lock now' }).first().waitFor();
    expect(await bar.count()).toBe(0);
    await page.close();
  });

  test('with one: when it locks, and now', async () => {
    const page = await stage.open('settings', 'guarded', { hash: '#lock' });
    const select = page.getByRole('combobox', { name: 'Locks by itself' });
    expect(await select.inputValue()).toBe('15');
    await picture(page, 'settings-lock');
    await select.selectOption({ label: 'When the screen locks' });
    await expect.poll(() => callsOf(page, 'saveSettings')).toEqual([[{ autoLock: 'screen' }]]);
    await select.selectOption({ label: 'After an hour without use' });
    await expect.poll(() => callsOf(page, 'saveSettings')).toContainEqual([{ autoLock: 60 }]);
    await page.getByRole('main').getByRole('button', { name: 'Lock now' }).click();
    await page.getByText('Locks again after an hour without use').waitFor();
    await page.close();
  });

  test('it is changed with the old one', async () => {
    const page = await stage.open('settings', 'guarded', { hash: '#lock' });
    const card = page.getByRole('region', { name: 'Change the passphrase' });
    const change = card.getByRole('button', { name: 'Change' });
    await refuse(page, 'changePassphrase', 'passphrase-wrong', { after: 1 });
    await field(page, 'Passphrase until now').fill('four loud geese');
    await field(page, 'New passphrase').fill('five loud geese fly');
    await change.click();
    await card.getByRole('alert').filter({ hasText: 'That’s not the passphrase.' }).waitFor();
    await field(page, 'Passphrase until now').fill(PASSPHRASE);
    await change.click();
    await card.getByText('Changed. The new one counts from now on.').waitFor();
    expect((await callsOf(page, 'changePassphrase')).at(-1)).toEqual([PASSPHRASE, 'five loud geese fly']);
    expect(await field(page, 'New passphrase').inputValue()).toBe('');
    await page.close();
  });

  test('it is turned off with it', async () => {
    const page = await stage.open('settings', 'guarded', { hash: '#lock' });
    const card = page.getByRole('region', { name: 'Go without a passphrase' });
    expect(await card.getByRole('button', { name: 'Turn it off' }).isDisabled()).toBe(true);
    await card.getByRole('textbox', { name: 'Passphrase' }).fill(PASSPHRASE);
    await card.getByRole('button', { name: 'Turn it off' }).click();
    await page.getByText('There is no passphrase').waitFor();
    expect(await callsOf(page, 'removePassphrase')).toEqual([[PASSPHRASE]]);
    await page.close();
  });
});

describe('while what is here is being encrypted', () => {
  test.each([
    ['popup', 'encrypting', '', 'Encrypting your messages', 32, 'Inbox'],
    ['popup', 'decrypting', '', 'Decrypting your messages', 75, 'Inbox'],
    ['approve', 'encrypting', '', 'Encrypting your messages', 32, 'Connect to quill.example?'],
    ['settings', 'encrypting', '#servers', 'Encrypting your messages', 32, 'Servers'],
    ['settings', 'decrypting', '#welcome', 'Decrypting your messages', 75, 'Mail from your apps'],
  ] as const)('%s, %s %s: it says how far that is, and then shows what was asked for', async (...given) => {
    const [view, scene, hash, name, percent, then] = given;
    const page = await stage.open(view, scene, { hash });
    const bar = page.getByRole('progressbar', { name });
    await page.getByText(`${name}: ${String(percent)}%`).waitFor();
    expect(await bar.evaluate((element: HTMLProgressElement) => element.position)).toBe(percent / 100);
    expect([...(await overflowing(page)), ...(await clipped(page))]).toEqual([]);
    await picture(page, `${view}-${scene}`);
    await page.evaluate(() => globalThis.outside.letGo());
    await page.getByRole('heading', { name: then }).first().waitFor();
    expect(await bar.count()).toBe(0);
    await page.close();
  });
});

describe('the first run', () => {
  test('offers both in plain words, and chooses neither', async () => {
    const page = await stage.open('settings', 'fresh', { hash: '#welcome' });
    await page.getByRole('heading', { name: 'Mail from your apps, in one place' }).waitFor();
    expect(await page.getByRole('radio', { checked: true }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Continue' }).isDisabled()).toBe(true);
    await page
      .getByText('Keys last only until the browser closes. Then each app has to hand them over again.')
      .waitFor();
    await page.getByRole('radio', { name: 'With a passphrase' }).check();
    await field(page).fill('four quiet herons wade');
    await picture(page, 'first-run');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Connected apps' }).waitFor();
    expect(await callsOf(page, 'setPassphrase')).toEqual([['four quiet herons wade']]);
    await page.close();
  });

  test('with much to encrypt, it says how far that is', async () => {
    const page = await stage.open('settings', 'fresh', { hash: '#welcome' });
    await page.evaluate(() => {
      globalThis.outside.state.vault.progress = { to: 'sealed', done: 6400, total: 20_000 };
      globalThis.outside.hold('setPassphrase');
    });
    await page.getByRole('radio', { name: 'With a passphrase' }).check();
    await field(page).fill('four quiet herons wade');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('Encrypting your messages: 32%').waitFor();
    await picture(page, 'first-run-encrypting');
    await page.evaluate(() => globalThis.outside.letGo());
    await page.getByRole('heading', { name: 'Connected apps' }).waitFor();
    expect(await page.getByRole('progressbar').count()).toBe(0);
    await page.close();
  });

  test('without one it goes on, and nothing is set', async () => {
    const page = await stage.open('settings', 'fresh', { hash: '#welcome' });
    await page.getByText('Without a passphrase').click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Connected apps' }).waitFor();
    expect(await callsOf(page, 'setPassphrase')).toEqual([]);
    await page.close();
  });
});

describe('however it is looked at', () => {
  const views = [
    ['popup', 'locked', ''],
    ['approve', 'lockedAsking', ''],
    ['settings', 'locked', ''],
    ['settings', 'settled', '#lock'],
    ['settings', 'guarded', '#lock'],
    ['popup', 'damaged', ''],
    ['settings', 'damaged', '#lock'],
    ['settings', 'fresh', '#welcome'],
  ] as const;

  test.each(views)('%s, %s%s: nothing sticks out, is cut off or has no name', async (view, scene, hash) => {
    for (const look of [{}, { text: 200 }, { rtl: true, dark: true }, { forced: true }]) {
      const page = await stage.open(view, scene, { hash, rough: true, ...look });
      await page.getByRole('heading').first().waitFor();
      expect(await overflowing(page)).toEqual([]);
      expect(await clipped(page)).toEqual([]);
      expect(await unusable(page)).toEqual([]);
      await page.close();
    }
  });

  test('in the dark', async () => {
    for (const [view, scene, hash] of views) {
      const page = await stage.open(view, scene, { hash, dark: true });
      await page.getByRole('heading').first().waitFor();
      await picture(page, `${view}-${scene}-dark`);
      await page.close();
    }
  });
});
