import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY, HOUR } from './apps.ts';
import { callsOf, clipped, outsideCalls, overflowing, refuse, unusable } from './checks.ts';
import { openStage, picture, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe('connecting an app', () => {
  test('says who asks, as whom, and what for', async () => {
    const page = await stage.open('approve', 'connect');
    const heading = page.getByRole('heading', { name: 'Connect to quill.example?' });
    await heading.waitFor();
    expect(await heading.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.getByText('The app calls itself “Quill”.').waitFor();
    await page.getByText('Bucket 1Gx9h…vF3a on hub.example').waitFor();
    await page.getByText('The key the app handed over fits this bucket').waitFor();
    await page.getByText('14 are here already.').waitFor();
    expect(await page.getByRole('switch', { name: 'Read your messages in this app' }).isChecked()).toBe(true);
    expect(await page.getByRole('switch', { name: 'Send as bob.id.blockstack' }).isChecked()).toBe(true);
    expect(await page.getByRole('switch', { name: 'Send to anyone without asking' }).isChecked()).toBe(false);
    expect(await page.getByRole('textbox', { name: 'Message server' }).inputValue()).toBe(
      'https://post.orchard.example',
    );
    expect(await page.getByRole('img', { name: 'name proven' }).count()).toBe(0); // a session's name is not proven yet
    expect(await unusable(page)).toEqual([]);
    await picture(page, 'approve-connect');
    await page.close();
  });

  test('does nothing on a click that was meant for the page behind', async () => {
    const page = await stage.open('approve', 'connect');
    const connect = page.getByRole('button', { name: 'Connect' });
    await connect.waitFor();
    await page.evaluate(() => dispatchEvent(new Event('focus'))); // begins the 600 ms anew
    await connect.dispatchEvent('click');
    expect(await callsOf(page, 'decide')).toEqual([]);
    await connect.click(); // waits until it is enabled
    await expect.poll(() => callsOf(page, 'decide')).toHaveLength(1);
    await page.close();
  });

  test('gives what was chosen, until when, and where mail goes', async () => {
    const page = await stage.open('approve', 'connect');
    await page.getByText('Request 1 of 2').waitFor();
    await page.getByRole('switch', { name: 'Send to anyone without asking' }).check();
    const unasked = page.getByRole('combobox', { name: 'Send to anyone without asking, until' });
    expect(await unasked.inputValue()).toBe(String(DAY));
    expect(await unasked.getByText('you take it back').count()).toBe(0); // it always ends by itself
    await picture(page, 'approve-unasked');
    await page.getByRole('switch', { name: 'Send as' }).uncheck();
    expect(await page.getByRole('switch', { name: 'Send to anyone without asking' }).isChecked()).toBe(false);
    await unasked.waitFor({ state: 'detached' });
    await page.getByRole('switch', { name: 'Send to anyone without asking' }).check();
    expect(await page.getByRole('switch', { name: 'Send as' }).isChecked()).toBe(true);
    await unasked.selectOption({ label: '11:45 (1 hour)' });
    await page.getByRole('switch', { name: 'Read your messages in this app' }).uncheck();
    await page
      .getByRole('combobox', { name: 'Until', exact: true })
      .selectOption({ label: '1 December 2026 (7 days)' });
    await page.getByRole('textbox', { name: 'Message server' }).fill('relay.quill.example/');
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByRole('heading', { name: 'Connect to ferry.example?' }).waitFor();
    expect(await callsOf(page, 'decide')).toEqual([
      [
        'a1',
        {
          approve: true,
          powers: { send: 7 * DAY, sendWithoutAsking: HOUR },
          server: 'https://relay.quill.example',
        },
      ],
    ]);
    expect(await outsideCalls(page)).toEqual([]);
    await page.getByRole('button', { name: 'Decline' }).click();
    await expect.poll(() => outsideCalls(page)).toEqual([{ method: 'close', args: [] }]);
    expect((await callsOf(page, 'decide'))[1]).toEqual(['a2', { approve: false }]);
    await page.close();
  });

  test('declines all at once', async () => {
    const page = await stage.open('approve', 'connect');
    await page.getByRole('button', { name: 'Decline both' }).click();
    await expect.poll(() => outsideCalls(page)).toEqual([{ method: 'close', args: [] }]);
    expect(await callsOf(page, 'decide')).toEqual([
      ['a1', { approve: false }],
      ['a2', { approve: false }],
    ]);
    await page.close();
  });

  test('keeps showing the question that was asked when another comes first', async () => {
    const page = await stage.open('approve', 'connect');
    await page.getByRole('heading', { name: 'Connect to quill.example?' }).waitFor();
    await page.evaluate(() => {
      globalThis.outside.state.approvals = globalThis.outside.state.approvals.toReversed();
      globalThis.outside.owner.changed();
    });
    await page.getByText('Request 2 of 2').waitFor();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Connect to quill.example?');
    await page.close();
  });

  test('asks for a server, and for one that is an address', async () => {
    const page = await stage.open('approve', 'noServer');
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByText('Choose a message server. Without one nobody can leave mail for you.').waitFor();
    await page.getByRole('textbox', { name: 'Message server' }).fill('not an address');
    await page.getByText('This isn’t an address.').waitFor();
    await page.getByRole('button', { name: 'Connect' }).click();
    expect(await callsOf(page, 'decide')).toEqual([]);
    await picture(page, 'approve-no-server');
    await page.getByRole('textbox', { name: 'Message server' }).fill('http://127.0.0.1:4000');
    await page.getByRole('button', { name: 'Connect' }).click();
    await expect
      .poll(() => callsOf(page, 'decide'))
      .toEqual([
        [
          'a1',
          {
            approve: true,
            powers: { read: 'revoked', send: 'revoked' }, // what is usual
            server: 'http://127.0.0.1:4000',
          },
        ],
      ]);
    await page.close();
  });

  test('says in words what failed after agreeing, and stays', async () => {
    const page = await stage.open('approve', 'connect');
    await refuse(page, 'decide', 'unreachable', { url: 'https://hub.example', problem: 'timeout' });
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByRole('alert').getByText('hub.example doesn’t answer.').waitFor();
    expect(await outsideCalls(page)).toEqual([]);
    await page.getByRole('button', { name: 'Decline', exact: true }).waitFor();
    await page.close();
  });

  test('whose session was not handed over has it read first, and shows whose it is before anything else', async () => {
    const page = await stage.open('approve', 'consent');
    await page.getByText('Letterbox will read this app’s sign-in from its page').waitFor();
    expect(await page.getByRole('switch').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Connect', exact: true }).count()).toBe(0);
    await page.getByRole('button', { name: 'Read my sign-in' }).click();
    await page.getByText('The key in this app’s sign-in fits this bucket').waitFor();
    await page.getByText('Bucket 1Gx9h…vF3a on hub.example').waitFor();
    expect(await callsOf(page, 'readSession')).toEqual([['a1']]);
    expect(await callsOf(page, 'decide')).toEqual([]);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await expect
      .poll(() => callsOf(page, 'decide'))
      .toEqual([['a1', expect.objectContaining({ approve: true, server: 'https://post.orchard.example' })]]);
    await page.close();
  });

  test('says in words why its session could not be read', async () => {
    const page = await stage.open('approve', 'consent');
    await refuse(page, 'readSession', 'session-missing', { app: 'https://quill.example' });
    await page.getByRole('button', { name: 'Read my sign-in' }).click();
    await page
      .getByRole('alert')
      .getByText('There is no sign-in at quill.example. Sign in there first')
      .waitFor();
    expect(await outsideCalls(page)).toEqual([]);
    await page.getByRole('button', { name: 'Decline' }).waitFor();
    await page.close();
  });

  test('offers nothing to agree to where the key doesn’t fit', async () => {
    const page = await stage.open('approve', 'refused');
    await page.getByText('The key doesn’t belong here. It was not kept.').waitFor();
    await page.getByText('It opens 1Kc4L…p2Qe, not 1Gx9h…vF3a.').waitFor();
    expect(await page.getByRole('button', { name: 'Connect' }).count()).toBe(0);
    expect(await page.getByRole('switch').count()).toBe(0);
    await page.getByRole('button', { name: 'Decline' }).click();
    await expect.poll(() => callsOf(page, 'decide')).toEqual([['a1', { approve: false }]]);
    await page.close();
  });
});

describe('sending for an app', () => {
  test('shows whom, what and all of it', async () => {
    const page = await stage.open('approve', 'sending');
    await page.getByRole('heading', { name: 'Send this for quill.example?' }).waitFor();
    await page.getByText('alice.id.blockstack').waitFor();
    await page.getByText('The lichen pages').waitFor();
    expect(await page.getByRole('region', { name: 'Message' }).textContent()).toContain(
      'I read your second draft on the train.',
    );
    await picture(page, 'approve-sending');
    await page.getByRole('button', { name: 'Send' }).click();
    await expect.poll(() => callsOf(page, 'decide')).toEqual([['s1', { approve: true }]]);
    await page.close();
  });
});

test('nothing to answer: the window goes', async () => {
  const page = await stage.open('approve', 'settled');
  await page.getByText('Nothing is waiting for your answer.').waitFor();
  expect(await outsideCalls(page)).toEqual([{ method: 'close', args: [] }]);
  await page.close();
});

describe('everyone can use it', () => {
  test('right to left and at twice the text size', async () => {
    for (const look of [{ rtl: true }, { text: 200 }]) {
      const page = await stage.open('approve', 'connect', look);
      await page.getByRole('button', { name: 'Connect' }).waitFor();
      expect(await overflowing(page)).toEqual([]);
      expect(await clipped(page)).toEqual([]);
      await page.getByRole('textbox', { name: 'Message server' }).scrollIntoViewIfNeeded();
      await page.close();
    }
  });

  test('by keyboard alone', async () => {
    const page = await stage.open('approve', 'sending');
    await page.getByRole('heading', { name: 'Send this for quill.example?' }).waitFor();
    const onSend = () => page.evaluate(() => document.activeElement?.textContent === 'Send');
    for (let step = 0; step < 5 && !(await onSend()); step++) await page.keyboard.press('Tab');
    expect(await onSend()).toBe(true);
    await page.locator('button[aria-disabled=false]').filter({ hasText: 'Send' }).waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => callsOf(page, 'decide')).toHaveLength(1);
    await page.close();
  });
});
