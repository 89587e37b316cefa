import { afterAll, describe, expect, test } from 'vitest';
import {
  challenge,
  gamesWith,
  receivedCard,
  receivedIn,
  sendPostcard,
} from '../../scripts/journey/app-page.ts';
import type { Person } from '../../scripts/journey/person.ts';
import { Stage } from '../../scripts/journey/stage.ts';
import { letterSteps } from '../../scripts/journey/steps.ts';
import { APP, showsBadge } from '../../scripts/journey/steps/letter.ts';
import { prepareSteps } from '../../scripts/journey/steps/prepare.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import { answer, messageRow, openRequests, requestRows } from '../../scripts/journey/views.ts';
import { until } from '../../scripts/journey/wait.ts';
import { countAt, deliveriesAt, fileOf, pointersTo } from '../../scripts/journey/witness.ts';
import { inOrder } from './in-order.ts';
import { launchBrowser } from './launch.ts';

/** The steps before there is a worker to kill. */
const BEFORE_WORKERS = 2;

const stage = new Stage({ headless: true, launch: launchBrowser });
afterAll(() => stage.close());

describe('both workers are killed before each step, and the journey completes with each message once', () => {
  const started = inOrder(stage);
  const reached = inOrder(stage, async ({ people }) => {
    for (const person of people) await kill(person);
  });

  test.each(prepareSteps.slice(0, BEFORE_WORKERS))('$name', async (step) => {
    await expect(started(step)).resolves.toBeUndefined();
  });

  test.each([...prepareSteps.slice(BEFORE_WORKERS), ...letterSteps])('killed, then: $name', async (step) => {
    await expect(reached(step)).resolves.toBeUndefined();
  });
});

/** Alice and Bob know each other by now. */
describe('a worker is killed in the middle of what it does, and each message is there once', () => {
  interface Moment {
    readonly name: string;
    /** Resolves when it has come; made before the message is sent. */
    readonly watch: () => Promise<() => Promise<unknown>>;
  }
  const moments: readonly Moment[] = [
    { name: 'the page has just asked', watch: async () => async () => undefined },
    { name: 'the file is at the hub', watch: async () => grown(filesPut) },
    { name: 'the pointer is at the server', watch: async () => grown(pointersHeld) },
  ];

  test.each(moments)('Alice’s, once $name', async ({ name, watch }) => {
    const text = `Sent when ${name}.`;
    const come = await watch();
    await sendPostcard(stage.alice.app(APP), stage.bob.name, text);
    await come();
    await kill(stage.alice);
    expect(await copiesOf(stage.alice, stage.bob, text)).toEqual(ONE_OF_EACH);
  });

  test('Bob’s, once it fetches', async () => {
    const text = 'Fetched twice, shown once.';
    const { bucket } = await stage.alice.session(APP);
    const { browser } = stage.bob;
    const before = (await browser.requests()).length;
    await sendPostcard(stage.alice.app(APP), stage.bob.name, text);
    await until('Bob’s worker asks for the file', async () =>
      (await browser.requests())
        .slice(before)
        .some(({ url }) => url.startsWith(`${bucket}letterbox/messages/`)),
    );
    await kill(stage.bob);
    expect(await copiesOf(stage.alice, stage.bob, text)).toEqual(ONE_OF_EACH);
  });

  test('Bob’s, once he has opened a message: it is read, here and at the server', async () => {
    const inbox = await stage.bob.session(APP);
    const { unread } = await countAt(stage.world.server, inbox);
    const popup = await stage.bob.openView('popup');
    await messageRow(popup, 'Fetched twice, shown once.').click();
    await kill(stage.bob);
    await showsBadge(stage.bob, String(unread - 1));
    const counted = async () => (await countAt(stage.world.server, inbox)).unread;
    await expect.poll(counted, { timeout: 20_000 }).toBe(unread - 1);
  });

  test('Bob’s, once he has answered: pressed again or not, it goes out', async () => {
    const popup = stage.bob.view('popup');
    const text = 'Once is enough.';
    await popup.getByRole('textbox', { name: 'Reply to alice' }).fill(text);
    await pressThenKill(stage.bob, popup, 'Send', async () => (await answer(popup, text).count()) > 0);
    expect(await copiesOf(stage.bob, stage.alice, text)).toEqual(ONE_OF_EACH);
  });

  test('Alice’s, once she allowed a message, and Bob’s, once he accepted its sender', async () => {
    const { alice, bob } = stage;
    const [hers, his] = [alice.app('Noughts by mail'), bob.app('Noughts by mail')];
    const window = await alice.untilAsked(() => challenge(hers, bob.name));
    await pressThenKill(alice, window, 'Send', async () => (await gamesWith(hers, bob.name).count()) > 0);
    const popup = await bob.openView('popup');
    await openRequests(popup);
    await requestRows(popup).click();
    const inbox = popup.getByRole('heading', { name: 'Inbox' });
    await pressThenKill(bob, popup, 'Accept and read', async () => (await inbox.count()) > 0);
    await gamesWith(his, alice.name).waitFor();
    expect(await gamesWith(his, alice.name).count()).toBe(1);
    expect((await deliveriesAt(stage.world.server, await bob.session('Noughts by mail'))).total).toBe(1);
  });
});

/** Presses a button and kills the worker under it. Where the view then says that it did not work, it is pressed again. */
async function pressThenKill(
  person: Person,
  view: Tab,
  name: string,
  isDone: () => Promise<boolean>,
): Promise<void> {
  const button = view.getByRole('button', { name, exact: true });
  const refusal = view.getByRole('alert').filter({ hasText: /\S/ });
  await button.click();
  await kill(person);
  await until(`“${name}” is done`, async () => {
    if (await isDone()) return true;
    if (!(await view.isClosed()) && (await refusal.count()) > 0) await button.click();
    return false;
  });
}

/** The browser would wake it for its alarm within a minute; it is told not to wait. */
async function kill({ browser }: Person): Promise<void> {
  await browser.killWorker();
  await browser.ringAlarms();
}

/** Resolves, when called, once the count is above what it is now. */
async function grown(count: () => Promise<number>): Promise<() => Promise<unknown>> {
  const before = await count();
  return () => until('there is one more', async () => (await count()) > before);
}

async function filesPut(): Promise<number> {
  const { hub, address } = await stage.alice.session(APP);
  return stage.hubLog?.under(`${hub}/store/${address}/letterbox/messages/`).length ?? 0;
}

async function pointersHeld(): Promise<number> {
  return (await countAt(stage.world.server, await stage.bob.session(APP))).total;
}

const ONE_OF_EACH = { pointers: 1, cards: 1, rows: 1 };

/** Of a message that has come through: its file is the only one (else this throws), and so much of it is elsewhere. */
async function copiesOf(from: Person, to: Person, text: string): Promise<typeof ONE_OF_EACH> {
  await receivedCard(to.app(APP), text).waitFor();
  const popup = await to.openView('popup');
  await messageRow(popup, text).waitFor();
  const [sender, recipient] = await Promise.all([from.session(APP), to.session(APP)]);
  const { id } = await fileOf(sender, recipient, text);
  const received = await receivedIn(to.app(APP));
  return {
    pointers: await pointersTo(stage.world.server, recipient, id),
    cards: received.filter((one) => one === id).length,
    rows: await messageRow(popup, text).count(),
  };
}
