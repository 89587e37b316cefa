import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { receivedCard } from '../../scripts/journey/app-page.ts';
import { withEvidence } from '../../scripts/journey/evidence.ts';
import { play } from '../../scripts/journey/play.ts';
import { Stage } from '../../scripts/journey/stage.ts';
import { APP, LETTER } from '../../scripts/journey/steps/letter.ts';
import { prepareSteps, turnOn } from '../../scripts/journey/steps/prepare.ts';
import { receiveSteps } from '../../scripts/journey/steps/receive.ts';
import { sendSteps } from '../../scripts/journey/steps/send.ts';
import type { Frame, Tab } from '../../scripts/journey/tab.ts';
import { messageRow } from '../../scripts/journey/views.ts';
import type { LoopbackServer } from '../../src/devnet/loopback.ts';
import { call, heardBy, listenToAll, METHODS, startStranger, type Outcome } from './strangers.ts';
import { launchBrowser } from './launch.ts';

/**
 * Bob's browser with the two apps connected, and beside them pages that are not. Alice's letter to his Postcard is the
 * control: what it brings to Postcard must reach no other page.
 */
describe('pages get only what they were approved for', () => {
  const stage = new Stage({ headless: true, launch: launchBrowser });
  const servers: LoopbackServer[] = [];
  /** Never turned on; the same host as the apps, and one that the extension may not even see. */
  let off: Tab;
  let elsewhere: Tab;
  /** Turned on by Bob, never approved. */
  let unapproved: Tab;

  beforeAll(async () => {
    await withEvidence(stage, () => play(prepareSteps, stage));
    off = await visit(await stranger());
    elsewhere = await visit((await stranger()).replace('127.0.0.1', 'localhost'));
    const origin = await stranger();
    await turnOn(stage.bob, [origin]);
    unapproved = await visit(origin);
    for (const page of [off, elsewhere, unapproved, stage.bob.app('Noughts by mail')])
      await listenToAll(page);
    await withEvidence(stage, () => play([...sendSteps, ...receiveSteps], stage));
  });
  afterAll(async () => {
    await stage.close();
    for (const server of servers) await server.stop();
  });

  test('the letter came to Postcard, so there was something to get', async () => {
    await expect.poll(() => receivedCard(stage.bob.app(APP), LETTER).count()).toBe(1);
    expect(await itemsIn(stage.bob.app(APP))).toHaveLength(1);
  });

  test('a page on a host that the extension may not see has no Letterbox', async () => {
    for (const method of METHODS) expect(await call(elsewhere, method)).toBe('absent');
    expect(await heardBy(elsewhere)).toEqual([]);
  });

  test.each(METHODS)('a page that was not turned on gets nothing for %s', async (method) => {
    expect(refused(await call(off, method))).toBe(true);
  });

  test.each(['send', 'list', 'markRead'] as const)(
    'a page that was not approved gets nothing for %s',
    async (method) => {
      expect(await call(unapproved, method)).toEqual({ code: 'not-connected' });
    },
  );

  test('connecting asks the person, and a no gives nothing', async () => {
    const asked = Promise.withResolvers<Outcome>();
    const window = await stage.bob.untilAsked(async () => {
      void call(unapproved, 'connect').then(asked.resolve, asked.reject);
    });
    await window.getByRole('button', { name: 'Decline' }).click();
    expect(await asked.promise).toEqual({ code: 'rejected' });
    expect(await call(unapproved, 'list')).toEqual({ code: 'not-connected' });
  });

  test('another app’s session, however it was come by, connects nobody', async () => {
    const stored = await stage.bob.app(APP).evaluate(() => localStorage.getItem('blockstack-session'));
    const { userData } = JSON.parse(stored ?? '') as { userData: unknown };
    const asked = Promise.withResolvers<Outcome>();
    const window = await stage.bob.untilAsked(async () => {
      void call(unapproved, 'connect', { session: userData }).then(asked.resolve, asked.reject);
    });
    await expect.poll(() => window.getByRole('button', { name: 'Decline' }).count()).toBe(1);
    expect(await window.getByRole('button', { name: 'Connect' }).count()).toBe(0);
    await window.getByRole('button', { name: 'Decline' }).click();
    expect(refused(await asked.promise)).toBe(true);
    expect(await call(unapproved, 'list')).toEqual({ code: 'not-connected' });
  });

  test('a page of another connected app sees none of it, and cannot touch it', async () => {
    const noughts = stage.bob.app('Noughts by mail');
    expect(await itemsIn(noughts)).toEqual([]);
    const [letter] = await itemsIn(stage.bob.app(APP));
    await stage.bob.openView('popup');
    const key = [{ from: letter?.from.address, id: letter?.id }];
    await call(noughts, 'markRead', key);
    const again = await itemsIn(stage.bob.app(APP));
    expect(again).toEqual([letter]);
    await messageRow(stage.bob.view('popup'), LETTER).waitFor();
  });

  test('no page but Postcard heard of the letter', async () => {
    for (const page of [off, unapproved, stage.bob.app('Noughts by mail')]) {
      await call(page, 'list'); // its answer comes after every event that was sent before
      expect(messagesHeard(await heardBy(page))).toEqual([]);
    }
  });

  test('a frame gets nothing: of the app in itself, of the app in a stranger’s page, sandboxed', async () => {
    const app = stage.world.apps[0];
    for (const [top, sandbox] of [
      [stage.bob.app(APP), undefined],
      [elsewhere, undefined],
      [unapproved, undefined],
      [stage.bob.app(APP), 'allow-scripts'],
    ] as const) {
      expect(await call(await embed(top, app, sandbox), 'list')).toBe('absent');
    }
  });

  async function stranger(): Promise<string> {
    const server = await startStranger();
    servers.push(server);
    return server.origin;
  }

  async function visit(url: string): Promise<Tab> {
    const page = await stage.bob.browser.newTab();
    await page.goto(url);
    return page;
  }
});

interface Item {
  readonly id: string;
  readonly from: { readonly address: string };
}

async function itemsIn(page: Tab): Promise<readonly Item[]> {
  const outcome = await call(page, 'list');
  if (outcome === 'absent' || !('ok' in outcome))
    throw new Error(`list was refused: ${JSON.stringify(outcome)}`);
  return (outcome.ok as { messages: readonly Item[] }).messages;
}

function refused(outcome: Outcome): boolean {
  return outcome === 'absent' || ('code' in outcome && /^[a-z-]+$/.test(outcome.code));
}

function messagesHeard(heard: Awaited<ReturnType<typeof heardBy>>): unknown {
  return heard?.filter(({ event }) => event === 'message' || event === 'window message');
}

/** Puts a frame into a page, and gives it back once it has loaded. */
async function embed(top: Tab, url: string, sandbox: string | undefined): Promise<Frame> {
  await top.evaluate(
    ([src, restricted]) =>
      new Promise<void>((resolve) => {
        const frame = document.createElement('iframe');
        if (restricted !== undefined) frame.setAttribute('sandbox', restricted);
        frame.addEventListener('load', () => {
          resolve();
        });
        frame.src = src;
        document.body.append(frame);
      }),
    [url, sandbox] as const,
  );
  const [, ...frames] = await top.frames();
  const frame = frames.at(-1);
  if (frame === undefined) throw new Error('there is no frame');
  return frame;
}
