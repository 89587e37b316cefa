import { afterAll, beforeAll, expect, test } from 'vitest';
import { callsOf } from './checks.ts';
import { openStage, picture, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

test('storage that is away is named with what stays and what waits, and after a day with a way out', async () => {
  for (const [view, name] of [
    ['popup', 'popup-storage-away'],
    ['settings', 'settings-storage-away'],
  ] as const) {
    const page = await stage.open(view, 'storageAway');
    const said = page.getByText(
      'Your storage at hub.example doesn’t answer. What is here stays readable. What you write goes out when it is back.',
    );
    await said.nth(1).waitFor();
    await page
      .getByText(
        'It has been away since Saturday, 10:45. If it is gone for good, sign in to the app with another storage and connect it anew.',
      )
      .waitFor();
    expect(await said.count()).toBe(2);
    await picture(page, name);
    await page.close();
  }
});

test('a name that moved is told of with where it leads; its new bearer is accepted or blocked', async () => {
  for (const [press, calls] of [
    ['Send to 1Q1Cu…8WzE', ['acceptMoved']],
    ['Block', ['block', 'cancelSend']],
  ] as const) {
    const page = await stage.open('popup', 'nameMoved');
    await page.getByRole('button', { name: 'Sent' }).click();
    const item = page.getByRole('list', { name: 'Sent messages' }).getByRole('listitem');
    await item.getByText('alice.id.blockstack leads to 1Q1Cu…8WzE now, not to whom you know.').waitFor();
    await item.getByText('The name may have been sold.').waitFor();
    expect(await item.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    await picture(page, 'popup-name-moved');
    await item.getByRole('button', { name: press, exact: true }).click();
    for (const call of calls) await expect.poll(() => callsOf(page, call)).toHaveLength(1);
    await page.close();
  }
});

test('a clock that is wrong is said to be, by how much, and what it means', async () => {
  for (const view of ['popup', 'settings'] as const) {
    const page = await stage.open(view, 'clockAhead', { hash: '#servers' });
    await page.getByText('This computer’s clock is about 1 hour ahead').waitFor();
    await page.getByText('Set it right. Until then what you publish may have to wait').waitFor();
    await picture(page, `${view}-clock-ahead`);
    await page.close();
  }
});

test('an app whose sign-in changed or is gone says which of the two, and what to do', async () => {
  for (const view of ['popup', 'settings'] as const) {
    const page = await stage.open(view, 'signedOut', { hash: '#apps' });
    await page
      .getByText('It is signed in as 1Q1Cu…8WzE now. Sign in there as before, or connect that one.')
      .waitFor();
    await page.getByText('Its sign-in is gone. Sign in there again.').waitFor();
    await picture(page, `${view}-signed-out`);
    await page.close();
  }
});

test('one’s own name that leads to somebody else now is told of', async () => {
  for (const view of ['popup', 'settings'] as const) {
    const page = await stage.open(view, 'nameLost', { hash: '#apps' });
    await page
      .getByText('bob.id.blockstack leads to 1Q1Cu…8WzE now. People see this inbox by its address.')
      .waitFor();
    await page.getByText('If the name is still yours, sign in to the app with it.').waitFor();
    await page.close();
  }
});
