import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tab } from '../../../scripts/journey/tab.ts';
import { callsOf, clipped, overflowing, unusable } from './checks.ts';
import { openStage, picture, type Stage } from './stage.ts';

/** The words of a test vector of BIP-39, which everybody knows. */
const WORDS = `${'abandon '.repeat(11)}about`;

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

async function open(look = {}): Promise<Tab> {
  const page = await stage.open('settings', 'settings', { hash: '#apps', ...look });
  await page.getByRole('button', { name: 'Use a Secret Key' }).click();
  await page.getByRole('heading', { name: 'Connect with a Secret Key' }).waitFor();
  return page;
}

async function fill(page: Tab, words = WORDS): Promise<void> {
  const card = page.getByRole('region', { name: 'Connect with a Secret Key' });
  await card.getByRole('textbox', { name: 'App address' }).fill('quill.example');
  await card.getByRole('textbox', { name: 'Storage' }).fill('https://hub.invalid');
  await card.getByRole('textbox', { name: 'Secret Key' }).fill(words);
  await card.getByRole('button', { name: 'Show its accounts' }).click();
}

test('says what it means before anything is typed, and takes nothing the browser would keep', async () => {
  const page = await open();
  await page.getByText('Whoever has these words has everything in that wallet').waitFor();
  await page.getByText('Type them nowhere but here').waitFor();
  const field = page.getByRole('textbox', { name: 'Secret Key' });
  expect(await field.evaluate((input) => [input.tagName, input.getAttribute('autocomplete')])).toEqual([
    'TEXTAREA', // no password field, which the browser would offer to keep
    'off',
  ]);
  expect(await field.evaluate((input: HTMLTextAreaElement) => input.spellcheck)).toBe(false);
  await field.fill(WORDS);
  const veil = () =>
    field.evaluate((input) => getComputedStyle(input).getPropertyValue('-webkit-text-security'));
  expect(await veil()).toBe('disc');
  await page.getByRole('region', { name: 'Connect with a Secret Key' }).scrollIntoViewIfNeeded();
  await picture(page, 'settings-secret-key');
  await page.getByRole('button', { name: 'Show: Secret Key' }).click();
  expect(await veil()).toBe('none');
  await page.getByRole('button', { name: 'Leave it' }).click();
  await page.getByRole('button', { name: 'Use a Secret Key' }).click();
  expect(await field.inputValue()).toBe('');
  await page.close();
});

test.each([
  ['11 words', WORDS.split(' ').slice(1).join(' '), 'A Secret Key has 12 or 24 words.'],
  ['a mistyped word', WORDS.replace('about', 'abuot'), 'These words are no Secret Key.'],
])('%s are refused in words', async (_, words, said) => {
  const page = await open();
  await fill(page, words);
  await page.getByRole('alert').getByText(said).waitFor();
  await page.close();
});

test('has its accounts chosen from, and forgets the words', async () => {
  const page = await open();
  await fill(page);
  await page.getByRole('heading', { name: 'Which account do you use at quill.example?' }).waitFor();
  const accounts = page.getByRole('combobox', { name: 'Account' }).getByRole('option');
  expect(await accounts.count()).toBe(10);
  await page.getByRole('button', { name: 'Show more' }).click();
  expect(await accounts.count()).toBe(100);
  await page.getByRole('combobox', { name: 'Account' }).selectOption({ index: 1 });
  expect(await page.content()).not.toContain('abandon');
  await picture(page, 'settings-secret-key-accounts');
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('hub.invalid doesn’t answer.').waitFor(); // nothing is there, so nothing is offered
  expect(await callsOf(page, 'offerSession')).toEqual([]);
  await page.close();
});

test('stays whole and usable', async () => {
  for (const look of [{ rtl: true }, { width: 480, text: 200 }, { dark: true }, { forced: true }]) {
    const page = await open({ ...look, rough: true });
    await fill(page, 'no words');
    await page.getByRole('alert').getByText('A Secret Key has').waitFor();
    const found = [await overflowing(page), await clipped(page), await unusable(page)];
    expect({ look, found }).toEqual({ look, found: [[], [], []] });
    await page.close();
  }
});
