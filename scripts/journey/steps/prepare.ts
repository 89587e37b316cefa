import assert from 'node:assert/strict';
import { hasLetterbox, isConnected, pressConnect, signIn, type AppName } from '../app-page.ts';
import type { Person } from '../person.ts';
import type { JourneyStep } from '../step.ts';
import type { Stage } from '../stage.ts';
import { chooseWorld, enableApp } from '../views.ts';
import { until } from '../wait.ts';
import { countAt, readPublic } from '../witness.ts';

/** From nothing to two people who are signed in to two apps and connected to Letterbox. */
export const prepareSteps: readonly JourneyStep[] = [
  { name: 'a world starts on loopback', run: (stage) => stage.startWorld() },
  { name: 'two browsers start with the extension in them', run: (stage) => stage.startBrowsers() },
  {
    name: 'both choose message server and registry in Settings',
    run: (stage) =>
      forBoth(stage, async (person) => {
        const settings = await person.openView('settings', 'general');
        await chooseWorld(person.browser, settings, stage.world);
      }),
    pictures: [{ name: 'settings', of: ({ bob }) => bob.view('settings'), size: 'page' }],
  },
  {
    name: 'both turn Letterbox on for the two apps',
    run: (stage) => forBoth(stage, (person) => turnOn(person, stage.world.apps)),
  },
  {
    name: 'both sign in to the two apps with the wallet',
    run: (stage) => forBoth(stage, (person) => signInToBoth(person, stage.world.apps)),
  },
  {
    name: 'Postcard hands its session over and asks to connect',
    run: (stage) =>
      forBoth(stage, async (person) => {
        const window = await asks(person, 'Postcard');
        await window.getByText('The key the app handed over fits this bucket').waitFor();
        await window.getByText(person.name).first().waitFor();
      }),
    pictures: [{ name: 'approval', of: ({ bob }) => bob.view('approve'), size: 'approval' }],
  },
  {
    name: 'both allow it: enrolled, record published',
    run: (stage) => forBoth(stage, (person) => allow(stage, person, 'Postcard')),
  },
  {
    name: 'Noughts asks to connect and hands nothing over',
    run: (stage) =>
      forBoth(stage, async (person) => {
        const window = await asks(person, 'Noughts by mail');
        await window.getByText('Letterbox will read this app’s sign-in from its page').waitFor();
      }),
    pictures: [{ name: 'approval-consent', of: ({ bob }) => bob.view('approve'), size: 'approval' }],
  },
  {
    name: 'both let Letterbox read its session, see whose it is, and allow it: connected too',
    run: (stage) =>
      forBoth(stage, async (person) => {
        const window = person.view('approve');
        await window.getByRole('button', { name: 'Read my sign-in' }).click();
        await window.getByText('The key in this app’s sign-in fits this bucket').waitFor();
        await window.getByText(person.name).first().waitFor();
        await allow(stage, person, 'Noughts by mail');
      }),
  },
];

async function forBoth(stage: Stage, act: (person: Person) => Promise<void>): Promise<void> {
  await Promise.all(stage.people.map(act));
}

/** Turns Letterbox on for these origins, as the person does in Settings. */
export async function turnOn(person: Person, apps: readonly string[]): Promise<void> {
  const settings = await person.openView('settings', 'apps');
  for (const origin of apps) {
    await person.browser.grant(origin);
    await enableApp(settings, origin);
  }
}

async function signInToBoth(person: Person, [postcard, noughts]: Stage['world']['apps']): Promise<void> {
  for (const [app, origin] of [
    ['Postcard', postcard],
    ['Noughts by mail', noughts],
  ] as const) {
    const page = await person.openApp(app, origin);
    await signIn(page, person.displayName);
    assert.equal((await person.session(app)).username, person.name);
    await hasLetterbox(page);
  }
}

/** The approval window that opens: its headline is the origin, the app's word for itself is quoted. */
async function asks(person: Person, app: AppName) {
  const page = person.app(app);
  const window = await person.untilAsked(() => pressConnect(page));
  const host = await page.evaluate(() => location.host);
  await window.getByRole('heading', { name: host }).waitFor();
  await window.getByText(`“${app}”`).waitFor();
  return window;
}

async function allow(stage: Stage, person: Person, app: AppName): Promise<void> {
  await person.view('approve').getByRole('button', { name: 'Connect' }).click();
  await isConnected(person.app(app));
  const session = await person.session(app);
  await until('the record is published', () => readPublic(`${session.bucket}.well-known/letterbox.json`));
  const counts = await until('the inbox is enrolled', () => countAt(stage.world.server, session));
  assert.deepEqual(counts, { unread: 0, total: 0 });
}
