import { until } from '../../scripts/journey/wait.ts';
import type { Area, Sample } from '../frame/area.ts';
import { openBob, openPlace, type Bob, type Place } from './bob.ts';
import { acceptSender, writeLetters, type Letter } from './letters.ts';
import { leaveWaiting } from './waiting.ts';
import { inBrowser, type BrowserName } from './workbench.ts';

/** Letters on which the limit's parts are measured. */
const SAMPLE = 1000;
/** What the limit has under way at once: fetches, and rows in a transaction. */
const FETCHES = 8;
const ROWS = 100;
const PATIENCE = 600_000;

/**
 * A browser that knows the sender finds so many letters waiting, and reads them all: against what it cannot do without,
 * each part bare in the same worker: two envelopes opened, one signature verified, one file fetched, one row put.
 */
export function firstSync(browser: BrowserName, count: number, rounds: number): Area {
  return {
    rounds,
    async open() {
      const place = await openPlace();
      let letters: Letter[] | undefined;
      return {
        async round() {
          const bob = await openBob(place.world, browser);
          try {
            letters ??= await writeLetters(place, bob.session, count);
            const value = count / (await sync(place, bob, letters));
            const peer = 1 / (await limit(bob, letters.slice(0, SAMPLE)));
            await leaveWaiting(place, bob.session, []); // the next browser finds none before it knows the sender
            return [sampleOf(`${count.toLocaleString('en')}${inBrowser(browser)}`, value, peer)];
          } finally {
            await bob.close();
          }
        },
        close: () => place.close(),
      };
    },
  };
}

function sampleOf(which: string, value: number, peer: number): Sample {
  return {
    name: `extension/first-sync-vs-limit, ${which}`,
    value,
    unit: 'per second',
    against: { name: '2 opens, 1 verification, 1 fetch, 1 insert', value: peer },
    wanted: { atLeast: 0.5 },
  };
}

/** @returns seconds from the worker's start until all can be read */
async function sync(place: Place, bob: Bob, letters: readonly Letter[]): Promise<number> {
  await acceptSender(bob);
  await bob.browser.killWorker();
  await leaveWaiting(place, bob.session, letters);
  const start = performance.timeOrigin + performance.now();
  await bob.owner('syncNow');
  const all = async (): Promise<boolean> => (await bob.owner('overview')).unread === letters.length;
  await until('all letters can be read', all, PATIENCE);
  const end = performance.timeOrigin + performance.now();
  const born = await bob.run({ job: 'born' });
  if (born < start) throw new Error('the worker was there before the letters were: measure again');
  return (end - start) / 1000;
}

/** @returns seconds a letter, one part after the other */
async function limit(bob: Bob, letters: readonly Letter[]): Promise<number> {
  const key = bob.session.privateKey;
  const files = letters.map(({ file }) => file);
  const pointers = letters.map(({ pointer }) => pointer);
  const rows = letters.map(({ message, url }) => rowOf(message, url));
  const parts = [
    await bob.run({ job: 'open', by: 'worker', envelopes: pointers, key }),
    await bob.run({ job: 'open', by: 'worker', envelopes: files, key }),
    await bob.run({ job: 'verify', signed: letters.map(({ signed }) => signed) }),
    await bob.run({ job: 'fetch', urls: letters.map(({ url }) => url), atOnce: FETCHES }),
    await bob.run({ job: 'insert', rows, atOnce: ROWS }),
  ];
  return parts.reduce((sum, ms) => sum + ms, 0) / 1000 / letters.length;
}

/** As the agent's own row of a letter that can be read. */
function rowOf({ id, from, to, app, iat, type, body }: Letter['message'], url: string): object {
  const order = [-iat, to.address, from.address, id];
  return {
    inbox: to.address,
    from: from.address,
    id,
    app,
    file: { bucket: from.bucket, sha256: url.slice(-43), size: 900 },
    sentAt: iat,
    receivedAt: iat,
    expires: iat,
    read: false,
    conflicting: false,
    content: { state: 'readable', type, body },
    order,
    appOrder: [app, ...order],
    inboxOrder: [to.address, ...order],
    unreadOrder: [to.address, ...order],
  };
}
