import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import { until } from '../../scripts/journey/wait.ts';
import { readPublic } from '../../scripts/journey/witness.ts';
import { signInHeadless } from '../../src/devnet/headless.ts';
import { PEOPLE } from '../../src/devnet/wallet/people.ts';
import type { World } from '../../src/devnet/world.ts';
import { addressOf, parsePrivateKey, publicKeyOf } from '../../src/protocol/ids.ts';
import { startInWorld, type InWorld } from './in-world.ts';

const WORDS = PEOPLE.find(({ id }) => id === 'bob')?.secretKey ?? '';

let there: InWorld;
let world: World;
let browser: ExtensionBrowser;
let settings: Tab;

beforeAll(async () => {
  there = await startInWorld('secret-key');
  ({ world, browser } = there);
  settings = await browser.openView('settings', 'apps');
});
afterAll(() => there.end());

/** In order: each step goes on from the one before. */
test('an account that never used the app has no key guessed for it', async () => {
  await fill(world.apps[1]);
  await settings.getByRole('button', { name: 'Go on' }).click();
  await settings.getByText('This account’s profile names no bucket').waitFor();
  await settings.getByRole('button', { name: 'Leave it' }).click();
});

test('the key of an app comes from the Secret Key, after the person has seen whose it is', async () => {
  const { appPrivateKey } = await signInHeadless(world, 'bob', world.apps[0]); // his wallet writes the bucket down
  await fill(world.apps[0]);
  const approval = await browser.untilOpens('approve', () =>
    settings.getByRole('button', { name: 'Go on' }).click(),
  );
  await approval.getByText('The key from your Secret Key fits this bucket').waitFor();
  await approval.getByText(world.people.bob.name).first().waitFor();
  expect(await kept(settings)).not.toContain(appPrivateKey);
  await approval.getByRole('button', { name: 'Connect' }).click();
  const address = addressOf(publicKeyOf(parsePrivateKey(appPrivateKey)));
  const info = (await (await fetch(`${world.hub}/hub_info`)).json()) as { read_url_prefix: string };
  await until('the record is published', () =>
    readPublic(`${info.read_url_prefix}${address}/.well-known/letterbox.json`),
  );
});

test('of the Secret Key nothing is kept, and nothing went out', async () => {
  const everything = await kept(settings);
  const [first = '', second = ''] = WORDS.split(' ');
  expect(everything).toContain(world.people.bob.name);
  expect(everything).not.toContain(`${first} ${second}`);
  expect(everything).not.toContain('xprv');
  const asked = (await browser.requests()).map(({ url }) => decodeURIComponent(url)).join('\n');
  expect(asked).toContain(world.people.bob.owner);
  expect(asked).not.toContain(`${first} ${second}`);
});

async function fill(app: string): Promise<void> {
  await settings.getByRole('button', { name: 'Use a Secret Key' }).click();
  const card = settings.getByRole('region', { name: 'Connect with a Secret Key' });
  await card.getByRole('textbox', { name: 'App address' }).fill(app);
  await card.getByRole('textbox', { name: 'Storage' }).fill(world.hub);
  await card.getByRole('textbox', { name: 'Secret Key' }).fill(WORDS);
  await card.getByRole('button', { name: 'Show its accounts' }).click();
  await card.getByRole('combobox', { name: 'Account' }).waitFor();
}

/** All that the extension keeps on disk, as text. */
async function kept(view: Tab): Promise<string> {
  return view.evaluate(async () => {
    const parts: unknown[] = [await chrome.storage.local.get(null)];
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.addEventListener('success', () => resolve(opening.result));
        opening.addEventListener('error', () => reject(opening.error ?? new Error(name)));
      });
      for (const table of database.objectStoreNames) {
        const all = database.transaction(table).objectStore(table).getAll();
        parts.push(
          await new Promise((resolve, reject) => {
            all.addEventListener('success', () => resolve(all.result));
            all.addEventListener('error', () => reject(all.error ?? new Error(table)));
          }),
        );
      }
      database.close();
    }
    return JSON.stringify(parts);
  });
}
