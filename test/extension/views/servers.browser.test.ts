import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LANTERN, ORCHARD, QUILL } from './apps.ts';
import { callsOf, outsideCalls, refuse } from './checks.ts';
import { openStage, picture, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe('servers', () => {
  const urls = (calls: unknown[][]) =>
    calls.map(([inbox, entries]) => [inbox, (entries as { url: string }[]).map(({ url }) => url)]);

  test('are tested, with what the server says of itself', async () => {
    const page = await stage.open('settings', 'settings', { hash: '#servers' });
    const card = page.getByRole('region', { name: 'Ferry' });
    await card.getByText('mail.ferry.example doesn’t answer.').waitFor();
    await card.getByText('Last reached today, 07:45').waitFor();
    await picture(page, 'settings-servers');
    await card.getByRole('button', { name: 'Test again' }).click();
    await card.getByText('Reachable in 12 ms, tested just now').waitFor();
    await card.getByText('Version 1 · keeps mail 30 days · open to everyone').waitFor();
    await card.getByText('Its provider says:').waitFor();
    await card.getByText('The Orchard co-operative').waitFor();
    await refuse(page, 'testServer', 'server-incompatible', { url: 'https://mail.ferry.example' });
    await card.getByRole('button', { name: 'Test again' }).click();
    await card.getByText('isn’t a message server that Letterbox can use').waitFor();
    expect(await callsOf(page, 'testServer')).toEqual([
      ['https://mail.ferry.example'],
      ['https://mail.ferry.example'],
    ]);
    await page.close();
  });

  test('that admit by invitation take a code', async () => {
    const page = await stage.open('settings', 'invited', { hash: '#servers' });
    const card = page.getByRole('region', { name: 'Orchard' });
    await card.getByText('This server doesn’t take new inboxes from everybody.').waitFor();
    const field = card.getByRole('textbox', { name: 'Invitation code' });
    const button = card.getByRole('button', { name: 'Use code' });
    await button.click();
    await card.getByText('Enter the code that the server’s operator gave you.').waitFor();
    await refuse(page, 'redeemInvite', 'not-admitted', {});
    await field.fill('  used.up ');
    await button.click();
    await card.getByText('This code opens nothing here.').waitFor();
    await picture(page, 'settings-servers-invite');
    await field.fill('good.one');
    await field.press('Enter');
    await field.waitFor({ state: 'detached' });
    const server = { type: 'letterbox', url: 'https://club.example' };
    expect(await callsOf(page, 'redeemInvite')).toEqual([
      [{ inbox: ORCHARD.inbox, server, code: 'used.up' }],
      [{ inbox: ORCHARD.inbox, server, code: 'good.one' }],
    ]);
    await page.close();
  });

  test('are put in another order, and the focus stays', async () => {
    const page = await stage.open('settings', 'settings', { hash: '#servers' });
    const card = page.getByRole('region', { name: 'Orchard' });
    await card.getByRole('button', { name: 'Move relay.quill.example up' }).click();
    await card.getByRole('listitem').first().getByText('relay.quill.example').waitFor();
    expect(urls(await callsOf(page, 'setServers'))).toEqual([
      [ORCHARD.inbox, ['https://relay.quill.example', 'https://post.orchard.example']],
    ]);
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toBe('Move relay.quill.example down');
    await page.close();
  });

  test('are removed, listened to for a while, and put back where they were', async () => {
    const page = await stage.open('settings', 'settings', { hash: '#servers' });
    const card = page.getByRole('region', { name: 'Quill' });
    await card.getByRole('button', { name: 'Remove post.orchard.example' }).click();
    const removed = card.getByRole('list', { name: 'Removed servers' });
    await removed.getByText('Removed. Still listening until 24 December 2026').waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await expect.poll(focused).toBe('Put back');
    await picture(page, 'settings-servers-leaving');
    await page.keyboard.press('Enter');
    await removed.waitFor({ state: 'detached' });
    expect(urls(await callsOf(page, 'setServers'))).toEqual([
      [QUILL.inbox, ['https://relay.quill.example']],
      [QUILL.inbox, ['https://post.orchard.example', 'https://relay.quill.example']],
    ]);
    await page.close();
  });

  test('still say what went wrong last once they are removed', async () => {
    const page = await stage.open('settings', 'vanished', { hash: '#servers' });
    const card = page.getByRole('region', { name: 'Orchard' });
    await card.getByRole('button', { name: 'Remove post.orchard.example' }).click();
    await card
      .getByRole('list', { name: 'Removed servers' })
      .getByText('Last trouble yesterday, 10:45: The server can’t do it now.')
      .waitFor();
    await page.close();
  });

  test('are asked one by one, too', async () => {
    const page = await stage.open('settings', 'settings', { hash: '#servers' });
    const card = page.getByRole('region', { name: 'Orchard' });
    await card.getByText('Live · last sync today, 10:42 · next in 1 min').first().waitFor();
    await card.getByRole('button', { name: 'Sync relay.quill.example now' }).click();
    const server = { type: 'letterbox', url: 'https://relay.quill.example' };
    await expect.poll(() => callsOf(page, 'syncServer')).toEqual([[{ inbox: ORCHARD.inbox, server }]]);
    expect(await callsOf(page, 'syncNow')).toEqual([]);
    await page.getByRole('button', { name: 'Check all now' }).click();
    await expect.poll(() => callsOf(page, 'syncNow')).toHaveLength(1);
    await page.close();
  });

  test('say what went wrong last, and what to do about one that is gone', async () => {
    const page = await stage.open('settings', 'vanished', { hash: '#servers' });
    const card = page.getByRole('region', { name: 'Orchard' });
    await card.getByText('Last trouble yesterday, 10:45: The server can’t do it now.').waitFor();
    await card
      .getByText('It may be gone for good. New mail still comes through the others. You can remove this one.')
      .waitFor();
    const alone = page.getByRole('region', { name: 'Quill' });
    await alone
      .getByText('Add another server, so that people can reach you, then remove this one.')
      .waitFor();
    await picture(page, 'settings-servers-vanished');
    await page.close();
  });

  test('that ask for something say so before they are added, in their provider’s words and no more', async () => {
    const page = await stage.open('settings', 'stated', { hash: '#servers' });
    const card = page.getByRole('region', { name: 'Orchard' });
    await card.getByRole('textbox', { name: 'Add a server' }).fill('club.example');
    await card.getByRole('button', { name: 'Test and add' }).click();
    await card.getByText('Reachable in 12 ms · Version 1 · keeps mail 30 days · by invitation').waitFor();
    expect(await callsOf(page, 'setServers')).toEqual([]);
    await card.getByText('<b>2 USD</b> a month').waitFor();
    const link = card.getByRole('link', { name: 'https://club.example/terms' });
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
    await card.getByText('javascript:alert(1)').waitFor();
    expect(await card.getByRole('link').count()).toBe(1);
    await picture(page, 'settings-servers-offer');
    await card.getByRole('button', { name: 'Don’t add' }).click();
    await link.waitFor({ state: 'detached' });
    await card.getByRole('button', { name: 'Test and add' }).click();
    await card.getByRole('button', { name: 'Add this server' }).click();
    await card.getByRole('listitem').nth(2).getByText('club.example').waitFor();
    expect(await outsideCalls(page)).toEqual([]);
    await page.close();
  });

  test('are removed; the last one only after a second word', async () => {
    const page = await stage.open('settings', 'settings', { hash: '#servers' });
    const card = page.getByRole('region', { name: 'Quill' });
    await card.getByRole('button', { name: 'Remove post.orchard.example' }).click();
    await card.getByRole('button', { name: 'Put back' }).waitFor();
    await card.getByRole('button', { name: 'Remove relay.quill.example' }).click();
    await page
      .getByRole('dialog', { name: 'Remove the last server?' })
      .getByRole('button', { name: 'Keep' })
      .click();
    expect(urls(await callsOf(page, 'setServers'))).toEqual([[QUILL.inbox, ['https://relay.quill.example']]]);
    await page.close();
  });

  test('are none while delivery is stopped, which is asked about first and can be taken back', async () => {
    const page = await stage.open('settings', 'settings', { hash: '#apps' });
    const card = page.getByRole('region', { name: 'Orchard' });
    await card.getByRole('button', { name: 'Stop delivery' }).click();
    const dialog = page.getByRole('dialog', { name: 'Stop delivery to Orchard?' });
    await dialog.getByRole('button', { name: 'Keep' }).click();
    expect(await callsOf(page, 'stopDelivery')).toEqual([]);
    await card.getByRole('button', { name: 'Stop delivery' }).click();
    await dialog.getByRole('button', { name: 'Stop delivery' }).click();
    await card.getByText('Delivery to Orchard is stopped').waitFor();
    await picture(page, 'settings-delivery-stopped');
    await page.getByRole('link', { name: 'Servers' }).click();
    await card.getByRole('button', { name: 'Deliver again' }).click();
    await card.getByText('Delivery to Orchard is stopped').waitFor({ state: 'detached' });
    expect(await callsOf(page, 'stopDelivery')).toEqual([[ORCHARD.inbox]]);
    expect(await callsOf(page, 'deliverAgain')).toEqual([[ORCHARD.inbox]]);
    await page.close();
  });

  test('are added after they answered, and a slip of the pen is noticed', async () => {
    const page = await stage.open('settings', 'settings', { hash: '#servers' });
    const card = page.getByRole('region', { name: 'Lantern' });
    const field = card.getByRole('textbox', { name: 'Add a server' });
    const add = card.getByRole('button', { name: 'Test and add' });
    await refuse(page, 'testServer', 'unreachable', {
      url: 'https://mail.ferry.exmaple',
      problem: 'not found',
    });
    await field.fill('mail.ferry.exmaple');
    await add.click();
    await card.getByText('No server has this address. Did you mean mail.ferry.example?').waitFor();
    expect(await callsOf(page, 'setServers')).toEqual([]);
    await picture(page, 'settings-servers-slip');
    await card.getByRole('button', { name: 'mail.ferry.example', exact: true }).click();
    expect(await field.inputValue()).toBe('https://mail.ferry.example');
    await add.click();
    await card.getByRole('listitem').nth(2).getByText('mail.ferry.example').waitFor();
    expect(urls(await callsOf(page, 'setServers'))).toEqual([
      [
        LANTERN.inbox,
        ['https://post.orchard.example', 'https://relay.quill.example', 'https://mail.ferry.example'],
      ],
    ]);
    await field.fill('https://mail.ferry.example/');
    await add.click();
    await card.getByText('This server is in the list already.').waitFor();
    await page.close();
  });

  test('stay as they were where the order could not be published', async () => {
    const page = await stage.open('settings', 'settings', { hash: '#servers' });
    const card = page.getByRole('region', { name: 'Orchard' });
    await refuse(page, 'setServers', 'locked');
    await card.getByRole('button', { name: 'Move relay.quill.example up' }).click();
    await card.getByRole('alert').getByText('Letterbox is locked.').waitFor();
    expect(await card.getByRole('listitem').first().textContent()).toContain('post.orchard.example');
    await page.close();
  });
});
