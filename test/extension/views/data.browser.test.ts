import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tab } from '../../../scripts/journey/tab.ts';
import { FERRY, LANTERN, ORCHARD, QUILL } from './apps.ts';
import { callsOf, clipped, outsideCalls, overflowing, refuse, unusable } from './checks.ts';
import { openStage, picture, type Stage } from './stage.ts';

const PASSPHRASE = 'four quiet herons wade';

let stage: Stage;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'letterbox-import-'));
  stage = await openStage();
});
afterAll(async () => {
  await stage.close();
  await rm(folder, { recursive: true });
});

const region = (page: Tab, name: string) => page.getByRole('region', { name, exact: true });
const fault = (page: Tab) => page.getByRole('alert').filter({ hasText: /\S/ });

async function open(change: Parameters<Stage['open']>[2] = {}): Promise<Tab> {
  const page = await stage.open('settings', 'data', { hash: '#data', ...change });
  await page.getByRole('heading', { name: 'Your data' }).waitFor();
  return page;
}

/** Exports as the person does. @returns the file's bytes */
async function exported(page: Tab): Promise<Buffer> {
  const card = region(page, 'Export');
  await card.getByRole('textbox', { name: 'Passphrase for the file' }).fill(PASSPHRASE);
  const { name, bytes } = await stage.download(page, () =>
    card.getByRole('button', { name: 'Export' }).click(),
  );
  expect(name).toMatch(/^letterbox-\d{4}-\d{2}-\d{2}\.export$/);
  return bytes;
}

/** Another file each time, as a person chooses it. */
async function onDisk(bytes: Buffer): Promise<string> {
  const path = join(await mkdtemp(join(folder, 'file-')), 'mine.export');
  await writeFile(path, bytes);
  return path;
}

async function look(page: Tab, file: Buffer, passphrase = PASSPHRASE): Promise<void> {
  const card = region(page, 'Import');
  await card.getByLabel('File', { exact: true }).setInputFiles(await onDisk(file));
  await card.getByRole('textbox', { name: 'Passphrase of the file' }).fill(passphrase);
  await card.getByRole('button', { name: 'Look inside' }).click();
}

const written = (page: Tab) =>
  callsOf(page, 'importLines').then((calls) => calls.map(([batch]) => (batch as { write: boolean }).write));

describe('an export', () => {
  test('is a file under a passphrase, without keys unless they are chosen', async () => {
    const page = await open();
    const card = region(page, 'Export');
    await picture(page, 'settings-data');
    expect(await card.getByRole('button', { name: 'Export' }).isDisabled()).toBe(true);
    const file = await exported(page);
    expect(file.subarray(0, 16).toString()).toBe('letterbox-export');
    await card.getByText('3 entries exported. The file is where your downloads go.').waitFor();
    expect(await callsOf(page, 'exportLines')).toEqual([[false], [false, '1'], [false, '2']]);
    await card.getByText('Whoever opens the file can then read and write as you').waitFor();
    await card.getByRole('switch', { name: 'With the apps’ keys' }).click();
    await exported(page);
    expect((await callsOf(page, 'exportLines')).at(-1)).toEqual([true, '2']);
    await page.close();
  });

  test('that takes long says how far it is', async () => {
    const page = await open({ rough: true });
    const card = region(page, 'Export');
    await page.evaluate(() => globalThis.outside.hold('exportLines'));
    await card.getByRole('textbox', { name: 'Passphrase for the file' }).fill(PASSPHRASE);
    await card.getByRole('button', { name: 'Export' }).click();
    const progress = card.getByRole('progressbar', { name: 'Exporting' });
    await progress.waitFor();
    expect(await progress.getAttribute('aria-valuetext')).toMatch(/^\d+ entr(y|ies) so far$/);
    expect([...(await overflowing(page)), ...(await clipped(page))]).toEqual([]);
    await picture(page, 'settings-data-exporting');
    await stage.download(page, () => page.evaluate(() => globalThis.outside.letGo()));
    await card.getByText('3 entries exported.').waitFor();
    expect(await progress.count()).toBe(0);
    await page.close();
  });

  test('that does not work says so', async () => {
    const page = await open({ rough: true });
    await refuse(page, 'exportLines', 'internal', { problem: 'disk' });
    const card = region(page, 'Export');
    await card.getByRole('textbox', { name: 'Passphrase for the file' }).fill(PASSPHRASE);
    await card.getByRole('button', { name: 'Export' }).click();
    await fault(page).getByText('Something went wrong inside Letterbox.').waitFor();
    await page.close();
  });
});

describe('an import', () => {
  test('says what would change, and changes nothing before the person agrees', async () => {
    const page = await open();
    await look(page, await exported(page));
    const summary = region(page, 'What the import would change');
    for (const words of [
      'Would be added: 1,280 messages, 41 people, 1 sent message and what 2 apps may do.',
      '3 messages and 1 person here already. They stay as they are.',
      'Your settings here stay. The file’s name registries are registry.example, its default server none.',
      'You decided differently about 1Q1Cu…8WzE here and there. The stricter stays.',
      'noor.id.blockstack is someone else here than 1FBt9…7T2M. The name is left out.',
      /^2 entries can’t be read and are left out\.$/,
      'Says it is bob.id.blockstack. Not checked yet.',
      'Letterbox asks you whether to connect it, before it counts.',
      'Its key is not in the file. Connect it from the app.',
      'This inbox belongs to another app here. Nothing of it is taken.',
    ])
      await summary.getByText(words).first().waitFor();
    await summary.scrollIntoViewIfNeeded();
    await picture(page, 'settings-import');
    expect(await written(page)).toEqual([false]);
    await summary.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('heading', { name: 'Imported' }).waitFor();
    await page.getByText('Added: 1,280 messages').waitFor();
    expect(await written(page)).toEqual([false, true]);
    await page.close();
  });

  test('that takes long says which part is done', async () => {
    const page = await open({ rough: true });
    const file = await exported(page);
    await page.evaluate(() => globalThis.outside.hold('importLines'));
    await look(page, file);
    const looking = region(page, 'Import').getByRole('progressbar', { name: 'Looking inside' });
    await looking.waitFor();
    expect(await looking.evaluate((bar) => (bar as HTMLProgressElement).max)).toBe(1);
    await page.evaluate(() => globalThis.outside.letGo());
    const summary = region(page, 'What the import would change');
    await summary.waitFor();
    expect(await looking.count()).toBe(0);
    await page.evaluate(() => globalThis.outside.hold('importLines'));
    await summary.getByRole('button', { name: 'Import', exact: true }).click();
    await summary.getByRole('progressbar', { name: 'Importing' }).waitFor();
    await page.evaluate(() => globalThis.outside.letGo());
    await page.getByRole('heading', { name: 'Imported' }).waitFor();
    await page.close();
  });

  test('asks once more about a key whose storage did not answer, and imports nothing else again', async () => {
    const page = await open();
    const failing = (problem?: { code: 'unreachable'; context: { url: string } }) =>
      page.evaluate((why) => {
        const { state } = globalThis.outside;
        const apps = state.report.apps.map(({ problem: _, ...app }) =>
          app.key === 'asks' && why !== undefined ? { ...app, problem: why } : app,
        );
        state.report = { ...state.report, apps };
      }, problem);
    await failing({ code: 'unreachable', context: { url: 'https://hub.example/hub_info' } });
    await look(page, await exported(page));
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('It was not connected.').waitFor();
    await fault(page).getByText('hub.example doesn’t answer.').waitFor();
    const tryAgain = page.getByRole('button', { name: 'Try 1 key again' });
    await tryAgain.scrollIntoViewIfNeeded();
    await picture(page, 'settings-import-unasked');
    await tryAgain.click();
    await expect.poll(() => written(page)).toEqual([false, true, true]);
    await page.getByText('It was not connected.').waitFor();
    await refuse(page, 'importLines', 'locked', {});
    await tryAgain.click();
    await expect.poll(() => fault(page).count()).toBe(2);
    await failing();
    await tryAgain.click();
    await page.getByText('The question is in a window of its own.').waitFor();
    await page.getByText('Added: 1,280 messages').waitFor();
    expect(await tryAgain.count()).toBe(0);
    expect(await fault(page).count()).toBe(0);
    const asked = (await callsOf(page, 'importLines')).map(([batch]) => batch as { lines: string[] });
    expect(asked.slice(2).map(({ lines }) => lines)).toEqual(
      Array.from({ length: 3 }, () => [expect.stringMatching(/^\{"kind":"app","address":"\w+"\}$/)]),
    );
    await page.close();
  });

  test('can be left, and then changes nothing', async () => {
    const page = await open({ rough: true });
    await look(page, await exported(page));
    await page.getByRole('button', { name: 'Leave it' }).click();
    await region(page, 'What the import would change').waitFor({ state: 'detached' });
    expect(await written(page)).toEqual([false]);
    await page.close();
  });

  test('drafts come along, and one that is here stays', async () => {
    const page = await open({ rough: true, drafts: { a: 'Mine, at home.', b: 'Another.' } });
    const file = await exported(page);
    await page.evaluate(() => {
      globalThis.outside.drafts.set('a', 'Mine, here.');
      globalThis.outside.drafts.delete('b');
    });
    await look(page, file);
    await page.getByText(/sent message, 1 draft and/).waitFor();
    expect(await page.evaluate(() => [...globalThis.outside.drafts])).toEqual([['a', 'Mine, here.']]);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('heading', { name: 'Imported' }).waitFor();
    expect(await page.evaluate(() => [...globalThis.outside.drafts])).toEqual([
      ['a', 'Mine, here.'],
      ['b', 'Another.'],
    ]);
    await page.close();
  });

  test.each(['Look inside', 'Import'])(
    'of a file that became another one is chosen again: %s',
    async (press) => {
      const page = await open({ rough: true });
      const [bytes, other] = [await exported(page), await exported(page)];
      const path = await onDisk(bytes);
      await utimes(path, 1_700_000_000, 1_700_000_000); // else a change within the second might not show
      const card = region(page, 'Import');
      const lookInside = card.getByRole('button', { name: 'Look inside' });
      const summary = region(page, 'What the import would change');
      const choose = async () => {
        await card.getByLabel('File', { exact: true }).setInputFiles(path);
        await card.getByRole('textbox', { name: 'Passphrase of the file' }).fill(PASSPHRASE);
        await expect.poll(() => lookInside.isEnabled()).toBe(true);
      };
      await choose();
      if (press === 'Import') {
        await lookInside.click();
        await summary.waitFor();
      }
      await writeFile(path, other);
      await (
        press === 'Import' ? summary.getByRole('button', { name: press, exact: true }) : lookInside
      ).click();
      await fault(page).getByText('The file changed or can’t be read any more. Choose it again.').waitFor();
      expect(await summary.count()).toBe(0);
      expect(await written(page)).not.toContain(true);
      await choose();
      await lookInside.click();
      await summary.waitFor();
      expect(await fault(page).count()).toBe(0);
      await page.close();
    },
  );

  test('of a file that is not one, was changed, or has another passphrase is refused in words', async () => {
    const page = await open({ rough: true });
    const file = await exported(page);
    await look(page, Buffer.from('Dear diary'));
    await fault(page)
      .getByText('This isn’t a file that Letterbox exported. Nothing was changed. Choose another file.')
      .waitFor();
    await look(page, Buffer.from(file.with(file.length - 1, (file.at(-1) ?? 0) ^ 1)));
    await fault(page).getByText('This passphrase doesn’t open the file, or the file was changed').waitFor();
    await look(page, file, 'four loud geese');
    await fault(page).getByText('Type the passphrase again, or use another copy of the file.').waitFor();
    expect(await callsOf(page, 'importLines')).toEqual([]);
    await page.close();
  });
});

describe('an app’s data', () => {
  const row = (page: Tab, host: string) =>
    region(page, 'Delete an app’s data').locator('.card-row').filter({ hasText: host });

  test('goes after it was said what goes and what stays, its server first', async () => {
    const page = await open({ rough: true });
    await row(page, 'orchard.example').getByRole('button', { name: 'Delete data' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete all of orchard.example?' });
    await dialog.getByText('Letterbox leaves post.orchard.example first').waitFor();
    await dialog.getByText('What you stored in your own storage stays there').waitFor();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await row(page, 'orchard.example').getByText('Not deleted yet').waitFor();
    expect(await callsOf(page, 'eraseApp')).toEqual([[ORCHARD.inbox, 'leave']]);
    await expect.poll(() => outsideCalls(page)).toEqual([{ method: 'disable', args: [ORCHARD.app] }]);
    await page.close();
  });

  test('that waits for a server says which and why, and can go at once', async () => {
    const page = await open({ rough: true });
    const ferry = row(page, 'ferry.example');
    await ferry.getByText('Not deleted yet: mail.ferry.example doesn’t know.').waitFor();
    await ferry.getByText('mail.ferry.example doesn’t answer.').waitFor();
    await row(page, 'quill.example').getByText('without its key').waitFor();
    await ferry.getByRole('button', { name: 'Delete now' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Keep' }).click();
    expect(await callsOf(page, 'eraseApp')).toEqual([]);
    await ferry.getByRole('button', { name: 'Delete now' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await ferry.waitFor({ state: 'detached' });
    expect(await callsOf(page, 'eraseApp')).toEqual([[FERRY.inbox, 'now']]);
    await page.close();
  });

  test('of one that was disconnected goes too', async () => {
    const page = await open({ rough: true });
    await row(page, 'lantern.example').getByRole('button', { name: 'Delete data' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await row(page, 'lantern.example').waitFor({ state: 'detached' });
    expect(await callsOf(page, 'eraseApp')).toEqual([[LANTERN.inbox, 'leave']]);
    expect(QUILL.inbox).not.toBe(LANTERN.inbox);
    await page.close();
  });
});

test('everything goes after a second word', async () => {
  const page = await open({ rough: true });
  const card = region(page, 'Delete everything');
  await card.getByRole('button', { name: 'Delete everything' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete everything?' });
  await dialog.getByText('Your servers are not told').waitFor();
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  expect(await outsideCalls(page)).toEqual([]);
  await card.getByRole('button', { name: 'Delete everything' }).click();
  await dialog.getByRole('button', { name: 'Delete everything' }).click();
  await card.getByText('Everything that Letterbox kept here is deleted').waitFor();
  expect(await outsideCalls(page)).toEqual([{ method: 'eraseEverything', args: [] }]);
  await page.close();
});

describe('the section', () => {
  test.each([
    ['dark', { dark: true }],
    ['narrow', { width: 480 }],
    ['right to left', { rtl: true }],
    ['with large text', { text: 200 }],
    ['in forced colours', { forced: true }],
  ])('%s, stays whole and usable', async (name, change) => {
    const page = await open(change);
    await look(page, await exported(page));
    await region(page, 'What the import would change').waitFor();
    await picture(page, `settings-data-${name.replaceAll(' ', '-')}`);
    expect([await overflowing(page), await clipped(page), await unusable(page)]).toEqual([[], [], []]);
    await page.close();
  });
});
