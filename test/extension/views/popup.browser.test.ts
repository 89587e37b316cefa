import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FERRY, ORCHARD, QUILL } from './apps.ts';
import { callsOf, clipped, outsideCalls, overflowing, refuse, tooWide, unusable } from './checks.ts';
import { openStage, picture, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe('the inbox', () => {
  test('shows unread, apps, requests and the days', async () => {
    const page = await stage.open('popup', 'rich');
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();
    expect(await page.getByRole('img', { name: '6 unread' }).textContent()).toBe('6');
    await page.getByRole('button', { name: 'Quill 3' }).waitFor();
    await page.getByRole('button', { name: 'Requests', exact: true }).waitFor();
    const days = await page
      .getByRole('rowgroup')
      .evaluateAll((groups) => groups.map((group) => group.getAttribute('aria-label')));
    expect(days).toEqual(['Today', 'Yesterday', 'Saturday']);
    await page.getByText('Up to date').waitFor();
    expect(await tooWide(page)).toEqual([]);
    await picture(page, 'popup-light');
    await page.close();
  });

  test('says of each row what a reader of the screen sees', async () => {
    const page = await stage.open('popup', 'rich');
    const rows = page.getByRole('grid', { name: 'Messages' }).getByRole('row');
    const names = await rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-label')));
    expect(names[0]).toBe(
      'Unread. supper-club.id.blockstack, name proven, in Orchard. Dinner on Friday moves to eight. 10:42.',
    );
    expect(names[3]).toBe('1J8qF…K4Qx, in Ferry. Berth 14 from the first of May. 09:12.');
    expect(names[4]).toBe(
      'Unread. alice.id.blockstack, name proven, in Quill. Can’t be read. The file isn’t the one alice signed. 08:45.',
    );
    expect(await rows.first().getAttribute('aria-rowindex')).toBe('1');
    await page.close();
  });

  test('is one tab stop, and arrows move in it', async () => {
    const page = await stage.open('popup', 'rich');
    await page.getByRole('button', { name: 'Requests', exact: true }).focus();
    await page.keyboard.press('Tab');
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-rowindex'));
    expect(await focused()).toBe('1');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('3');
    await page.keyboard.press('End');
    expect(await focused()).toBe('8');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowUp');
    expect(await focused()).toBe('1');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'Check for mail',
    );
    await page.keyboard.press('Shift+Tab');
    expect(await focused()).toBe('2');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your loan ends on Monday' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();
    await expect.poll(focused).toBe('2');
    await page.getByRole('button', { name: 'Requests', exact: true }).click();
    await page.getByRole('grid', { name: 'Requests' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Requests');
    await page.getByRole('row').nth(2).click();
    await page.getByRole('button', { name: 'Accept and read' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(focused).toBe('3');
    await page.keyboard.press('Escape');
    await page.getByRole('grid', { name: 'Messages' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Inbox');
    await page.close();
  });

  test('shows one app’s messages', async () => {
    const page = await stage.open('popup', 'rich');
    await page.getByRole('button', { name: 'Ferry 1' }).click();
    await page.getByRole('row').nth(2).waitFor({ state: 'detached' });
    expect(await page.getByRole('row').count()).toBe(2);
    expect((await callsOf(page, 'messages')).at(-1)).toEqual([{ limit: 50, app: FERRY.app }]);
    expect(await page.getByRole('button', { name: 'Requests' }).count()).toBe(0);
    await page.close();
  });

  test('walks back through older messages', async () => {
    const page = await stage.open('popup', 'many');
    await page.getByRole('row').nth(49).waitFor();
    expect(await page.getByRole('row').count()).toBe(50);
    await page.getByRole('button', { name: 'Show older messages' }).click();
    await page.getByRole('row').nth(99).waitFor();
    await page.getByRole('button', { name: 'Show older messages' }).click();
    await page.getByRole('row').nth(129).waitFor();
    expect(await page.getByRole('button', { name: 'Show older messages' }).count()).toBe(0);
    await page.close();
  });

  test('follows what changes', async () => {
    const page = await stage.open('popup', 'rich');
    await page.getByRole('row').nth(7).waitFor();
    await page.evaluate(async () => {
      const { owner } = globalThis.outside.owner;
      const { entries } = await owner.messages({ limit: 1 });
      await owner.remove(entries);
    });
    await page.getByRole('img', { name: '5 unread' }).waitFor();
    expect(await page.getByRole('row').count()).toBe(7);
    await page.close();
  });

  test('says what stands in the way, and where to go', async () => {
    const page = await stage.open('popup', 'troubled', { dark: true });
    await page.getByText('Ferry’s server doesn’t answer').waitFor();
    await page.getByText('Quill has to hand its key over again').waitFor();
    await page.getByText('Lantern is paused').waitFor();
    await page.getByText('4 of 5 servers checked · 10:39').waitFor();
    await page.getByRole('button', { name: 'Details' }).click();
    await page.getByRole('button', { name: 'Open Quill' }).click();
    expect(await outsideCalls(page)).toEqual([
      { method: 'openSettings', args: ['servers'] },
      { method: 'visit', args: [QUILL.app] },
    ]);
    await picture(page, 'popup-dark');
    await page.close();
  });

  test('says that development is on', async () => {
    const page = await stage.open('popup', 'development');
    await page.getByText('Development is on').waitFor();
    await page.getByRole('row').first().click();
    await page.getByRole('button', { name: 'Back' }).waitFor();
    expect(await page.getByText('Development is on').isVisible()).toBe(true);
    await page.close();
  });

  test('says when the background doesn’t answer, and that it is offline', async () => {
    const page = await stage.open('popup', 'rich');
    await refuse(page, 'messages', 'internal', { problem: 'gone' });
    await page.evaluate(() => globalThis.outside.owner.changed());
    await page.getByRole('alert').getByText('Something went wrong inside Letterbox.').waitFor();
    expect(await page.getByRole('row').count()).toBe(8);
    await stage.offline(page);
    await page.getByText('You’re offline').waitFor();
    await page.getByRole('status').getByText('Offline').waitFor();
    await page.close();
  });

  test('asks the servers on request', async () => {
    const page = await stage.open('popup', 'plain');
    await page.getByRole('button', { name: 'Check for mail' }).click();
    await expect.poll(() => callsOf(page, 'syncNow')).toEqual([[]]);
    await page.getByRole('button', { name: 'Settings' }).click();
    expect(await outsideCalls(page)).toEqual([{ method: 'openSettings', args: ['apps'] }]);
    await page.close();
  });
});

describe('an app where Letterbox is off', () => {
  test('is turned on within the click, and off again', async () => {
    const page = await stage.open('popup', 'empty');
    await page.getByText('No messages yet').waitFor();
    await page.getByText('stoop.example').waitFor();
    await picture(page, 'popup-empty');
    await page.getByRole('button', { name: 'Use Letterbox here' }).click();
    await page.getByText('On. The app can ask to connect.').waitFor();
    await page.getByRole('button', { name: 'Turn off' }).click();
    await page.getByRole('button', { name: 'Use Letterbox here' }).waitFor();
    expect(await outsideCalls(page)).toEqual([
      { method: 'enable', args: ['https://stoop.example'] },
      { method: 'disable', args: ['https://stoop.example'] },
    ]);
    await page.close();
  });

  test('stays off if the browser is told no', async () => {
    const page = await stage.open('popup', 'declined');
    await page.getByRole('button', { name: 'Use Letterbox here' }).click();
    await expect.poll(() => outsideCalls(page)).toHaveLength(1);
    await page.getByRole('button', { name: 'Use Letterbox here' }).waitFor();
    await page.close();
  });

  test('can be turned on beside a full inbox too', async () => {
    const page = await stage.open('popup', 'visiting');
    await page.getByRole('row').nth(1).waitFor();
    await page.getByRole('button', { name: 'Use Letterbox here' }).click();
    await expect
      .poll(() => outsideCalls(page))
      .toEqual([{ method: 'enable', args: ['https://stoop.example'] }]);
    await page.close();
  });
});

describe('a message', () => {
  test('is read by opening it, and leads to its app', async () => {
    const page = await stage.open('popup', 'rich');
    await page.getByRole('row', { name: 'Notes on the crossing' }).click();
    const heading = page.getByRole('heading', { name: 'Notes on the crossing' });
    await heading.waitFor();
    expect(await heading.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.getByText('We marked four places').waitFor();
    await page.getByRole('img', { name: 'name proven' }).waitFor();
    await expect
      .poll(() => callsOf(page, 'markRead'))
      .toEqual([[[expect.objectContaining({ inbox: FERRY.inbox })], true]]);
    await page.getByRole('button', { name: 'Open in Ferry' }).click();
    expect(await outsideCalls(page)).toEqual([{ method: 'visit', args: [FERRY.app] }]);
    await picture(page, 'popup-message');
    await page.close();
  });

  test('is unread again where the person says so', async () => {
    const page = await stage.open('popup', 'rich');
    await page.getByRole('row', { name: 'Notes on the crossing' }).click();
    await expect.poll(() => callsOf(page, 'markRead')).toHaveLength(1);
    await page.getByRole('button', { name: 'Mark as unread' }).click();
    await page.getByRole('row', { name: /^Unread\. harbor\.btc, .*Notes on the crossing/ }).waitFor();
    expect((await callsOf(page, 'markRead')).map(([, read]) => read)).toEqual([true, false]);
    await page.close();
  });

  test('is deleted only after a second word, and the focus comes back', async () => {
    const page = await stage.open('popup', 'rich');
    await page.getByRole('row', { name: 'Notes on the crossing' }).click();
    const bin = page.getByRole('button', { name: 'Delete' });
    await bin.click();
    await page.getByRole('dialog', { name: 'Delete this message?' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'Notes on the crossing' }).waitFor();
    expect(await callsOf(page, 'remove')).toEqual([]);
    await bin.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('status').getByText('Deleted.').waitFor();
    expect(await page.getByRole('row').count()).toBe(7);
    await page.close();
  });

  test('is answered, and the answer’s way is seen', async () => {
    const page = await stage.open('popup', 'plain');
    await page.getByRole('row', { name: 'Shared “Field guide' }).click();
    const field = page.getByRole('textbox', { name: 'Reply to alice' });
    await field.fill('Tomorrow, then.');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('list', { name: 'Your answers' }).getByText('Tomorrow, then.').waitFor();
    await page.getByText('Queued. Goes to your storage first').waitFor();
    const [sent] = await callsOf(page, 'send');
    expect(sent).toEqual([
      expect.objectContaining({
        inbox: QUILL.inbox,
        to: '1HTbVd3kRw7Jp2Xq9Lz5Ym8Nc4Gf6S9Qxm',
        text: 'Tomorrow, then.',
        subject: 'Re: Shared “Field guide, second draft”',
        re: expect.stringMatching(/^m\d{21}$/),
      }),
    ]);
    expect(await field.inputValue()).toBe('');
    await expect.poll(() => page.evaluate(() => [...globalThis.outside.drafts.values()])).toEqual(['']);
    await page.close();
  });

  test('keeps what is written when it can’t be sent', async () => {
    const page = await stage.open('popup', 'plain');
    await page.getByRole('row', { name: 'Shared “Field guide' }).click();
    await refuse(page, 'send', 'locked');
    await page.getByRole('textbox').fill('Tomorrow, then.');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('alert').getByText('Letterbox is locked.').waitFor();
    expect(await page.getByRole('textbox').inputValue()).toBe('Tomorrow, then.');
    await expect
      .poll(() => page.evaluate(() => [...globalThis.outside.drafts.values()]))
      .toEqual(['Tomorrow, then.']);
    await page.keyboard.press('Control+Enter');
    await expect.poll(async () => (await callsOf(page, 'send')).length).toBe(2);
    await page.getByRole('textbox').fill('Tomorrow at noon.');
    await page.keyboard.press('Control+Enter');
    await expect.poll(async () => (await callsOf(page, 'send')).length).toBe(3);
    const names = (await callsOf(page, 'send')).map(([asked]) => (asked as { request: string }).request);
    expect(names[1]).toBe(names[0]); // one message, if the first did arrive
    expect(names[2]).not.toBe(names[0]);
    await page.close();
  });

  test('that can’t be read says why, and is tried again', async () => {
    const page = await stage.open('popup', 'rich');
    await page.getByRole('row', { name: 'Can’t be read' }).click();
    await page.getByText('This message can’t be read').waitFor();
    await page
      .getByText('The file isn’t the one alice signed. It may have been changed or replaced.')
      .waitFor();
    await page.getByText('Show details').click();
    await page.getByText('file-digest').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Being fetched from their storage').waitFor();
    expect(await callsOf(page, 'retry')).toHaveLength(1);
    await page.close();
  });

  test('that was signed twice says so', async () => {
    const page = await stage.open('popup', 'conflict');
    await page.getByRole('row').click();
    await page.getByText('Two versions of this message were signed').waitFor();
    expect(await page.locator('.prose').textContent()).toBe('The first.');
    await page.close();
  });

  test('is only text, whatever its sender put into it', async () => {
    const page = await stage.open('popup', 'hostile');
    const images = () => page.locator('#view img:not([src^="data:image/"])').count();
    const markup =
      '<img src=x onerror="document.title=\'owned\'"><b>bold</b><script>document.title="owned"</script>';
    await page.getByRole('row').nth(2).waitFor();
    expect(await images()).toBe(0);
    expect(await overflowing(page)).toEqual([]);
    expect(await clipped(page)).toEqual([]);
    await page.getByRole('row', { name: 'Without words' }).waitFor();
    await picture(page, 'popup-hostile');
    await page.getByRole('row').first().click();
    expect(await page.locator('.prose').textContent()).toBe(markup);
    expect(await page.locator('.prose > *').count()).toBe(0);
    expect(await page.getByRole('heading').textContent()).toBe(markup);
    expect(await overflowing(page)).toEqual([]);
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('row').nth(1).click();
    await page.locator('.prose').waitFor();
    expect(await overflowing(page)).toEqual([]);
    expect(await images()).toBe(0);
    expect(await page.title()).toBe('Letterbox');
    await page.close();
  });
});

describe('requests', () => {
  test('show what is proven, and quote what is not', async () => {
    const page = await stage.open('popup', 'rich');
    await page.getByRole('button', { name: 'Requests' }).click();
    const rows = page.getByRole('grid', { name: 'Requests' }).getByRole('row');
    await rows.nth(3).waitFor();
    await page.getByText('has not been fetched').waitFor();
    await rows.first().getByText('Says it is market.id.blockstack. Not checked yet.').waitFor();
    await rows
      .nth(2)
      .getByText('Resembles alice.id.blockstack, whom you know. It is another name.')
      .waitFor();
    await rows.nth(3).getByText('You know harbor.btc at another address.').waitFor();
    expect(await page.getByRole('img', { name: 'name proven' }).count()).toBe(0);
    expect(await rows.first().getAttribute('aria-label')).toBe(
      'Request. 1LenQ…r8D1, says it is market.id.blockstack, not checked, in Orchard. 2 messages. Today.',
    );
    await picture(page, 'popup-requests');
    await page.close();
  });

  test('are accepted', async () => {
    const page = await stage.open('popup', 'rich');
    await page.getByRole('button', { name: 'Requests' }).click();
    await page.getByRole('row').first().click();
    await page.getByText('Proven by its signature').waitFor();
    await page.getByText('Accepting fetches the messages from their storage').waitFor();
    await picture(page, 'popup-request');
    await page.getByRole('button', { name: 'Accept and read' }).click();
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();
    expect(await callsOf(page, 'accept')).toEqual([
      [{ inbox: ORCHARD.inbox, from: '1LenQ7v2Xr9Nz4Kd5Pm8Hs3Bc6Yg1Wtr8D1' }],
    ]);
    await page.close();
  });

  test('are deleted without blocking', async () => {
    const page = await stage.open('popup', 'rich');
    await page.getByRole('button', { name: 'Requests' }).click();
    await page.getByRole('row').first().click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('3 people').waitFor();
    expect(await callsOf(page, 'dismiss')).toHaveLength(1);
    expect(await callsOf(page, 'block')).toEqual([]);
    await page.close();
  });

  test('are blocked, and z takes it back', async () => {
    const page = await stage.open('popup', 'rich');
    await page.getByRole('button', { name: 'Requests' }).click();
    await page.getByRole('row').first().click();
    await page.getByRole('button', { name: 'Block' }).click();
    await page.getByRole('status').getByText('Blocked.').waitFor();
    await page.keyboard.press('z');
    await expect.poll(() => callsOf(page, 'unblock')).toEqual(await callsOf(page, 'block'));
    await page.close();
  });

  test('are blocked, and z takes it back in the moment in which that is offered', async () => {
    const page = await stage.open('popup', 'rich');
    await page.getByRole('button', { name: 'Requests' }).click();
    await page.getByRole('row').first().click();
    await page.evaluate(() => {
      new MutationObserver((_, observer) => {
        if (document.querySelector('[role=status] button') === null) return;
        observer.disconnect();
        dispatchEvent(new KeyboardEvent('keydown', { key: 'z' }));
      }).observe(document.body, { childList: true, subtree: true });
    });
    await page.getByRole('button', { name: 'Block' }).click();
    await expect.poll(() => callsOf(page, 'unblock')).toHaveLength(1);
    await page.close();
  });

  test('say why they can’t be accepted, and stay', async () => {
    const page = await stage.open('popup', 'rich');
    await page.getByRole('button', { name: 'Requests' }).click();
    await page.getByRole('row').first().click();
    await refuse(page, 'accept', 'unavailable', { after: 240 });
    await page.getByRole('button', { name: 'Accept and read' }).click();
    await page
      .getByRole('alert')
      .getByText('The server can’t do it now. Letterbox tries again in 4 minutes.')
      .waitFor();
    expect(await page.getByRole('button', { name: 'Accept and read' }).isVisible()).toBe(true);
    await page.close();
  });
});

describe('what was sent', () => {
  test('says where it is, with what can be done', async () => {
    const page = await stage.open('popup', 'rich');
    await page.getByRole('button', { name: 'Sent' }).click();
    const items = page.getByRole('list', { name: 'Sent messages' }).getByRole('listitem');
    await items.nth(5).waitFor();
    await items.first().getByText('Not sent. alice’s inbox is full.').waitFor();
    await page.getByText('Stored. Waiting for supper-club’s server, next try in 4 min').waitFor();
    await page.getByText('Accepted by alice’s server').waitFor();
    await page.getByText('Delivered 15:45').waitFor();
    await page.getByText('server refused it and doesn’t say why').waitFor();
    await picture(page, 'popup-sent');
    await items.first().getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => callsOf(page, 'retrySend')).toHaveLength(1);
    await items.first().getByRole('button', { name: 'Discard' }).click();
    await expect.poll(() => callsOf(page, 'cancelSend')).toHaveLength(1);
    expect(await items.count()).toBe(5);
    await page.close();
  });
});

test('over a connected app whose permission the browser took away it says so', async () => {
  const page = await stage.open('popup', 'withheld');
  const card = page.getByRole('region', { name: 'This app' });
  await card.getByText('Off here: the app doesn’t reach your inbox').waitFor();
  await card.getByRole('button', { name: 'Use Letterbox here' }).click();
  await card.waitFor({ state: 'detached' });
  await page.close();
});

test('over a site that is on as all are, or as the few that the browser leaves, there is nothing to turn off', async () => {
  for (const scene of ['everywhere', 'fewer'] as const) {
    const page = await stage.open('popup', scene);
    const card = page.getByRole('region', { name: 'This app' });
    await card.getByText('On, as on all sites. The app can ask to connect.').waitFor();
    expect(await card.getByRole('button').count()).toBe(0);
    await page.close();
  }
});

test('over an app that is quiet it says so, and lets it ask again', async () => {
  const page = await stage.open('popup', 'quiet');
  const card = page.getByRole('region', { name: 'This app' });
  await card.getByText('You declined three times. It asks no more until 11:45.').waitFor();
  await picture(page, 'popup-quiet');
  await card.getByRole('button', { name: 'Let it ask' }).click();
  await card.getByText('On. The app can ask to connect.').waitFor();
  expect(await callsOf(page, 'letAsk')).toEqual([['https://stoop.example']]);
  await page.close();
});

describe('everyone can use it', () => {
  test('right to left, nothing sticks out and names stay as they are', async () => {
    const page = await stage.open('popup', 'arabic', { rtl: true });
    await page.getByRole('row').nth(7).waitFor();
    expect(await overflowing(page)).toEqual([]);
    const dot = await page.locator('.unread .dot').first().boundingBox();
    const time = await page.locator('.row .time').first().boundingBox();
    expect(dot?.x).toBeGreaterThan(380);
    expect(time?.x).toBeLessThan(40);
    expect(await page.locator('.row bdi').first().getAttribute('dir')).toBe('ltr');
    const latin = page.locator('.row-text').filter({ hasText: 'Notes on the crossing' });
    expect(await latin.evaluate((element) => getComputedStyle(element).textAlign)).toMatch(/right/);
    await picture(page, 'popup-rtl');
    await page.getByRole('row').first().click();
    await page.locator('.message .prose').waitFor();
    expect(await overflowing(page)).toEqual([]);
    expect(
      await page.locator('.message .prose').evaluate((element) => getComputedStyle(element).direction),
    ).toBe('rtl');
    await page.close();
  });

  test('at twice the text size nothing is cut off', async () => {
    const page = await stage.open('popup', 'rich', { text: 200 });
    await page.getByRole('row').nth(7).waitFor();
    expect([await clipped(page), await overflowing(page), await tooWide(page)]).toEqual([[], [], []]);
    await page.getByRole('button', { name: 'Requests' }).click();
    await page.getByRole('row').first().click();
    await page.getByRole('button', { name: 'Accept and read' }).waitFor();
    expect(await clipped(page)).toEqual([]);
    expect(await overflowing(page)).toEqual([]);
    await page.close();
  });

  test('every control has a name and room for a finger', async () => {
    const page = await stage.open('popup', 'rich');
    await page.getByRole('row').nth(7).waitFor();
    expect(await unusable(page)).toEqual([]);
    await page.getByRole('row').first().click();
    await page.getByRole('textbox').waitFor();
    expect(await unusable(page)).toEqual([]);
    await page.close();
  });

  test('in forced colours unread and chosen still show', async () => {
    const page = await stage.open('popup', 'rich', { forced: true });
    const dot = page.locator('.unread .dot').first();
    await dot.waitFor();
    const [unread, read] = await Promise.all([
      dot.evaluate((element) => getComputedStyle(element).backgroundColor),
      page
        .locator('.read .dot')
        .first()
        .evaluate((element) => getComputedStyle(element).backgroundColor),
    ]);
    expect(unread).not.toBe(read);
    await picture(page, 'popup-forced');
    await page.close();
  });
});
