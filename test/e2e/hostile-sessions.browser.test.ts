import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { hasLetterbox, signIn } from '../../scripts/journey/app-page.ts';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import { enableOrigin } from './extension-fixture.ts';
import { startInWorld, type InWorld } from './in-world.ts';
import { everythingKept } from './kept.ts';
import { call, type Outcome } from './strangers.ts';

/** A page hands over a session that is not what it says. Development is on: of private addresses only loopback is let through. */
interface UserData {
  readonly [member: string]: unknown;
}

let there: InWorld;
let browser: ExtensionBrowser;
let app: Tab;
let settings: Tab;
let userData: UserData;

beforeAll(async () => {
  there = await startInWorld('hostile-sessions');
  ({ browser } = there);
  const { world } = there;
  await enableOrigin(browser, world.apps[0]);
  app = await browser.newTab();
  await app.goto(world.apps[0]);
  await signIn(app, world.people.bob.displayName);
  await hasLetterbox(app);
  const stored = await app.evaluate(() => localStorage.getItem('blockstack-session'));
  ({ userData } = JSON.parse(stored ?? '') as { userData: UserData });
  settings = await browser.openView('settings');
});
afterAll(() => there.end());

/** Each is declined, which keeps no other from being asked about. */
beforeEach(async () => {
  await settings.evaluate(
    (origin) => chrome.runtime.sendMessage({ to: 'owner', method: 'letAsk', args: [origin] }),
    there.world.apps[0],
  );
});

const NO_SIGN_IN = 'The app’s sign-in doesn’t hold.';
interface Refusal {
  readonly words: string;
  readonly code: string;
  /** What stands for developers, once they want to see it. */
  readonly details?: string;
}
const cases: [string, UserData, Refusal][] = [
  [
    'the root of several apps',
    { gaiaAppKey: '11'.repeat(32) },
    { words: NO_SIGN_IN, code: 'session-refused', details: 'it holds the root of several apps' },
  ],
  [
    'a key that hashes elsewhere',
    { appPrivateKey: '22'.repeat(32) },
    { words: 'The key doesn’t belong here. It was not kept.', code: 'key-mismatch' },
  ],
  ...[
    '10.0.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '[fd00::1]',
    '[::ffff:10.0.0.1]',
    '0x0a.1',
    'localhost.',
  ].map((host): [string, UserData, Refusal] => [
    `a hub at ${host}`,
    { hubUrl: `https://${host}:8443` },
    { words: NO_SIGN_IN, code: 'session-refused' },
  ]),
];

test.each(cases)(
  'with %s it is refused in words, and nothing is kept or asked',
  async (_, change, { words, code, details = code }) => {
    const before = (await browser.requests()).length;
    const asked = Promise.withResolvers<Outcome>();
    const window = await browser.untilOpens('approve', async () => {
      void call(app, 'connect', { session: { ...userData, ...change } }).then(asked.resolve, asked.reject);
    });
    await window.getByText(words).waitFor();
    await window.getByText('Show details').click();
    await window.getByText(details).waitFor();
    expect(await window.getByRole('button', { name: 'Connect' }).count()).toBe(0);
    await window.getByRole('button', { name: 'Decline' }).click();
    expect(await asked.promise).toEqual({ code });
    const { memory, disk } = await everythingKept(settings);
    const key = (change['appPrivateKey'] ?? userData['appPrivateKey']) as string;
    expect([memory, disk].filter((kept) => kept.includes(key))).toEqual([]);
    expect(await call(app, 'list')).toEqual({ code: 'not-connected' });
    const since = (await browser.requests()).slice(before).map(({ url }) => url);
    expect(since.filter((url) => /hub_info|8443/.test(url))).toEqual([]);
  },
);
