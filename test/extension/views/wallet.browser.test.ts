import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tab } from '../../../scripts/journey/tab.ts';
import type { AskForWallet } from '../../../extension/approve/wallet-way.tsx';
import { callsOf, clipped, outsideCalls, overflowing, refuse, unusable } from './checks.ts';
import { openStage, picture, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** What comes of asking for a wallet, as the tab would say. */
function says(page: Tab, answer: Awaited<ReturnType<AskForWallet>>): Promise<void> {
  return page.evaluate((walletAnswer) => {
    Object.assign(globalThis, { walletAnswer });
  }, answer);
}

const ask = (page: Tab) => page.getByRole('button', { name: 'Connect with your wallet' }).click();

test('an app that handed nothing over can be connected with the wallet: its session answers the question', async () => {
  const page = await stage.open('approve', 'consent');
  await page.getByText('Not signed in there?').waitFor();
  expect([await overflowing(page), await clipped(page), await unusable(page)]).toEqual([[], [], []]);
  await picture(page, 'approve-wallet');
  await ask(page);
  const session = { appPrivateKey: '11'.repeat(32) };
  await expect
    .poll(() => callsOf(page, 'offerSession'))
    .toEqual([[{ app: 'https://quill.example', session, question: 'a1' }]]);
  expect(await outsideCalls(page)).toEqual([{ method: 'askWallet', args: ['a1'] }]);
  expect(await callsOf(page, 'decide')).toEqual([]);
  await page.close();
});

test.each([
  ['none', 'No wallet is in that tab', 'Install one'],
  ['closed', 'No wallet was chosen', 'Nothing was shared.'],
  ['declined', 'The wallet gave no key', 'Nothing was shared.'],
  ['keyless', 'This wallet gives apps no key', 'With a Secret Key you can connect in Settings.'],
  ['elsewhere', 'The app’s tab is gone', 'connect from there again'],
] as const)('where nothing comes of it (%s) it says what to do', async (problem, what, todo) => {
  const page = await stage.open('approve', 'consent', { rough: true });
  await says(page, { problem });
  await ask(page);
  await page.getByText(what).waitFor();
  await page.getByText(todo).waitFor();
  expect(await callsOf(page, 'offerSession')).toEqual([]);
  if (problem === 'none') await picture(page, 'approve-no-wallet');
  await page.close();
});

test('a session that does not hold is refused in words, and the question stays', async () => {
  const page = await stage.open('approve', 'consent', { rough: true });
  await refuse(page, 'offerSession', 'session-refused', { problem: 'its key is the identity key' });
  await ask(page);
  await page.getByRole('alert').getByText('The app’s sign-in doesn’t hold. It was not kept.').waitFor();
  await page.getByRole('heading', { name: 'Connect to quill.example?' }).waitFor();
  await page.close();
});

test('an app whose session is at hand is not asked for a wallet', async () => {
  const page = await stage.open('approve', 'connect', { rough: true });
  await page.getByText('The key the app handed over fits this bucket').waitFor();
  expect(await page.getByRole('button', { name: 'Connect with your wallet' }).count()).toBe(0);
  await page.close();
});
