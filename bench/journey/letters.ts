import { APP } from '../../scripts/journey/steps/letter.ts';
import type { Stage } from '../../scripts/journey/stage.ts';
import { messageRow } from '../../scripts/journey/views.ts';
import { countAt, fileOf } from '../../scripts/journey/witness.ts';
import type { Sample } from '../frame/area.ts';
import { median } from '../frame/statistics.ts';
import { moment, openBare, type Bare } from './bare.ts';
import { arrivedIn, expectIn, markReadIn, sendFrom } from './letter.ts';

const LETTERS = 7;

/** Letters between two who know each other: the medians of some, each part beside what it cannot do without. */
export async function letterSamples(stage: Stage): Promise<Sample[]> {
  const [sender, recipient] = await Promise.all([stage.alice.session(APP), stage.bob.session(APP)]);
  const bare = await openBare(stage.world.server, sender, recipient);
  try {
    const letters: Times[] = [];
    for (let number = 0; number < LETTERS; number += 1) letters.push(await oneLetter(stage, bare, number));
    return samplesOf(letters);
  } finally {
    bare.close();
  }
}

/** Milliseconds, each of one letter. */
interface Times {
  readonly accepted: number;
  readonly put: number;
  readonly request: number;
  readonly badge: number;
  readonly page: number;
  readonly fetch: number;
  readonly through: number;
  readonly cleared: number;
  readonly popup: number;
  readonly blank: number;
}

async function oneLetter(stage: Stage, bare: Bare, number: number): Promise<Times> {
  const { alice, bob, world } = stage;
  const text = `Letter ${String(number)}.`;
  const [sender, recipient] = await Promise.all([alice.session(APP), bob.session(APP)]);
  await expectIn(bob.app(APP), text);
  const before = await bob.browser.badge();
  const hint = bare.nextHint();
  const badge = (async () => {
    while ((await bob.browser.badge()) === before) continue;
    return moment();
  })();
  const sent = await sendFrom(alice.app(APP), bob.name, text);
  const [arrived, shown, hinted] = await Promise.all([arrivedIn(bob.app(APP)), badge, hint]);
  const { url } = await fileOf(sender, recipient, text);
  const popup = await timeOf(async () => {
    await messageRow(await bob.openView('popup'), text).waitFor();
  });
  const blank = await timeOf(() => openBlank(stage));
  const cleared = await timeOf(async () => {
    await markReadIn(bob.app(APP), arrived.message);
    while ((await countAt(world.server, recipient)).unread > 0) continue;
  });
  return {
    accepted: sent.accepted - sent.asked,
    put: await bare.put(),
    request: await bare.request(),
    badge: shown - hinted,
    page: arrived.at - hinted,
    fetch: await bare.fetch(url),
    through: arrived.at - sent.asked,
    cleared,
    popup,
    blank,
  };
}

/** A page of the extension's origin with nothing of the extension in it. */
async function openBlank({ bob }: Stage): Promise<void> {
  const page = await bob.browser.newTab();
  await page.goto(`${bob.browser.origin}/manifest.json`);
  await page.close();
}

async function timeOf(act: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

function samplesOf(letters: readonly Times[]): Sample[] {
  const of = (pick: (times: Times) => number): number => median(letters.map(pick));
  const sample = (name: string, value: number, peer: string, against: number): Sample => {
    return { name, value, unit: 'ms', against: { name: peer, value: against } };
  };
  return [
    sample(
      'page asks → server has it',
      of((one) => one.accepted),
      'bare put + bare request',
      of((one) => one.put + one.request),
    ),
    sample(
      'server hints → badge',
      of((one) => one.badge),
      'bare list + bare file',
      of((one) => one.fetch),
    ),
    sample(
      'server hints → page',
      of((one) => one.page),
      'bare list + bare file',
      of((one) => one.fetch),
    ),
    sample(
      'page → page',
      of((one) => one.through),
      'the bare requests of both',
      of((one) => one.put + one.request + one.fetch),
    ),
    sample(
      'page marks read → server knows',
      of((one) => one.cleared),
      'bare request',
      of((one) => one.request),
    ),
    sample(
      'popup shows the list',
      of((one) => one.popup),
      'a bare page of the extension',
      of((one) => one.blank),
    ),
  ];
}
