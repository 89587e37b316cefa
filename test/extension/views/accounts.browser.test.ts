import { afterAll, beforeAll, expect, test } from 'vitest';
import { QUILL, QUILL_TOO } from './apps.ts';
import { callsOf, clipped, outsideCalls, overflowing, unusable } from './checks.ts';
import { openStage, picture, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

test('of two accounts of an app each has its card, and it is said which one its page shows', async () => {
  const page = await stage.open('settings', 'twoAccounts', { hash: '#apps' });
  const first = page.getByRole('region', { name: 'Quill as bob.id.blockstack' });
  await first.getByText('The app’s page is signed in with another one.').waitFor();
  const second = page.getByRole('region', { name: 'Quill as 1Kc4L…p2Qe' });
  await second.getByText('The app’s page is signed in with this one.').waitFor();
  await first
    .getByText('What this app may do stands with the account that its page is signed in with.')
    .waitFor();
  expect(await Promise.all([first, second].map((card) => card.getByRole('switch').count()))).toEqual([0, 3]);
  expect([await overflowing(page), await clipped(page), await unusable(page)]).toEqual([[], [], []]);
  await picture(page, 'settings-two-accounts');
  await page.close();
});

test('each is disconnected by itself, and Letterbox stays on there for the other', async () => {
  const page = await stage.open('settings', 'twoAccounts', { hash: '#apps' });
  const card = page.getByRole('region', { name: 'Quill as 1Kc4L…p2Qe' });
  await card.getByRole('button', { name: 'Disconnect' }).click();
  const dialog = page.getByRole('dialog', { name: 'Disconnect Quill as 1Kc4L…p2Qe?' });
  await dialog.getByText('Your other account there stays.').waitFor();
  await dialog.getByRole('button', { name: 'Disconnect' }).click();
  await page.getByRole('region', { name: 'Quill', exact: true }).waitFor();
  expect(await callsOf(page, 'disconnect')).toEqual([[QUILL_TOO.inbox]]);
  expect(await outsideCalls(page)).toEqual([]);
  await page.close();
});

test('their mail is one app’s in the popup', async () => {
  const page = await stage.open('popup', 'twoAccounts');
  const chips = page.getByRole('group', { name: 'Show messages of' });
  await chips.getByRole('button', { name: 'Quill' }).waitFor(); // one, or this would not be clear
  await chips.getByRole('button', { name: 'Quill' }).getByText('3').waitFor();
  await page.close();
});

test('connecting a second one says who is connected there already', async () => {
  const page = await stage.open('approve', 'secondAccount');
  await page.getByText(`Connected here already: bob.id.blockstack and 1Kc4L…p2Qe.`).waitFor();
  expect(QUILL.name?.name).toBe('bob.id.blockstack');
  expect([await overflowing(page), await clipped(page), await unusable(page)]).toEqual([[], [], []]);
  await picture(page, 'approve-second-account');
  await page.close();
});
