import { setTimeout as sleep } from 'node:timers/promises';
import type { Origin } from '../../protocol/ids.ts';
import type { Bench } from '../bench.ts';
import { describe, ensure, expectEqual, expectProblem, expectStatus } from '../expect.ts';
import type { Answer } from '../http.ts';
import { createPerson, type Person } from '../person.ts';
import { requirement, type Requirement } from '../requirement.ts';
import type { Content, Site } from '../site/site.ts';

const OTHER_APP = 'https://other.example' as Origin;

/** A sender whose well-known place does what it is told, on a host of their own. */
async function sender(bench: Bench, content: (alice: Person) => Content | undefined): Promise<Person> {
  const alice = await bench.person({ site: await bench.site() });
  const lies = content(alice);
  if (lies !== undefined) alice.site.put(alice.place, lies);
  return alice;
}

/** Nobody else's delivery may stand for the recipient's being confirmed: they are settled first. */
async function settled(bench: Bench): Promise<Person> {
  const bob = await bench.enrolled();
  await bench.deliver(await bench.published(), bob);
  return bob;
}

/** docs/protocol.md#5: the sender is looked up */
export const SENDER: readonly Requirement[] = [
  requirement(
    '5.sender.verified',
    'reads the sender’s record at the well-known place of the bucket in the token',
    async (bench) => {
      const bob = await settled(bench);
      const alice = await sender(bench, (one) => bench.record(one));
      await bench.deliver(alice, bob);
      ensure(alice.site.fetched(alice.place) >= 1, 'a delivery was taken without reading it');
    },
  ),
  requirement('5.sender.cached', 'keeps a sender’s record for ten minutes', async (bench) => {
    const bob = await settled(bench);
    const alice = await sender(bench, (one) => bench.record(one));
    for (const _time of [1, 2, 3]) await bench.deliver(alice, bob);
    expectEqual('fetches for three deliveries', alice.site.fetched(alice.place), 1);
  }),
  requirement(
    '5.sender.missing',
    'refuses a sender without a record, and does not ask again within a minute',
    async (bench) => {
      const bob = await settled(bench);
      const alice = await sender(bench, () => undefined);
      expectProblem('send', await bench.send(alice, bob), 'sender-unverified');
      bench.publish(alice);
      expectProblem('send at once again', await bench.send(alice, bob), 'sender-unverified');
      expectEqual('fetches', alice.site.fetched(alice.place), 1);
    },
  ),
  requirement(
    '5.sender.again',
    'asks again for a sender’s record a minute after it was not there',
    async (bench) => {
      const bob = await settled(bench);
      const alice = await sender(bench, () => undefined);
      expectProblem('send', await bench.send(alice, bob), 'sender-unverified');
      bench.publish(alice);
      await sleep(62_000);
      expectStatus('a minute later', await bench.send(alice, bob), 201);
    },
    { takes: 62 },
  ),
  requirement('5.sender.single-flight', 'looks one place up once for all that wait for it', async (bench) => {
    const bob = await settled(bench);
    const alice = await sender(bench, (one) => slowly(bench.record(one), 500));
    const answers = await Promise.all(Array.from({ length: 5 }, () => bench.send(alice, bob)));
    for (const answer of answers) expectStatus('each of five', answer, 201);
    expectEqual('fetches', alice.site.fetched(alice.place), 1);
  }),
  requirement(
    '5.sender.refused',
    'refuses a sender whose record is not by the same key, for the same app, of this place and in its time',
    async (bench) => {
      const bob = await settled(bench);
      const now = bench.now();
      const stranger = await bench.person();
      const cases: Record<string, (alice: Person) => Content> = {
        'another’s record': () => bench.record(stranger),
        'another app’s record': (alice) => bench.record(alice, { app: OTHER_APP }),
        'a record of another place': (alice) => bench.record(elsewhere(alice)),
        'an expired record': (alice) => bench.record(alice, { iat: now - 200, exp: now - 100 }),
        'no record': () => Buffer.from('<!doctype html>'),
        'a record over 16 KiB': (alice) =>
          Buffer.from(Buffer.from(bench.record(alice)).toString().padEnd(16_385)),
      };
      for (const [what, content] of Object.entries(cases)) {
        expectProblem(what, await bench.send(await sender(bench, content), bob), 'sender-unverified');
      }
    },
  ),
  requirement('5.sender.down', 'says unavailable while the sender’s hub is down', async (bench) => {
    const bob = await settled(bench);
    const alice = await sender(bench, () => (response) => void response.destroy());
    expectProblem('send', await bench.send(alice, bob), 'unavailable');
  }),
  requirement('5.fetch.redirect', 'follows no redirect', async (bench) => {
    const bob = await settled(bench);
    const alice = await sender(bench, (one) => {
      one.site.put(`${one.site.url}moved.json`, bench.record(one));
      return (response) => void response.writeHead(302, { location: `${one.site.url}moved.json` }).end();
    });
    notTaken('send', await bench.send(alice, bob));
    expectEqual('fetches of where it led', alice.site.fetched(`${alice.site.url}moved.json`), 0);
  }),
  requirement('5.fetch.size', 'stops reading an answer that does not end', async (bench) => {
    const bob = await settled(bench);
    let written = 0;
    const alice = await sender(bench, () => (response) => {
      const chunk = Buffer.alloc(16 * 1024, ' ');
      const pour = (): void => {
        while (!response.destroyed && written < 64 * 1024 * 1024) {
          written += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', pour);
        }
      };
      pour();
    });
    notTaken('send', await bench.send(alice, bob));
    ensure(written < 16 * 1024 * 1024, `it read on for ${written} bytes`);
  }),
  requirement(
    '5.fetch.time',
    'waits at most 5 s for a look-up',
    async (bench) => {
      const bob = await settled(bench);
      const alice = await sender(bench, () => () => undefined);
      const answer = await bench.send(alice, bob);
      expectProblem('send', answer, 'unavailable');
      const seconds = answer.milliseconds / 1000;
      ensure(seconds < 10, `it answered after ${seconds.toFixed(1)} s`);
    },
    { takes: 5 },
  ),
  requirement(
    '5.fetch.private',
    'goes to no private, link-local, shared or metadata address, mapped into IPv6 or not',
    async (bench) => {
      const bob = await settled(bench);
      for (const host of [
        '10.0.0.1',
        '192.168.0.1',
        '172.16.0.1',
        '169.254.169.254',
        '100.64.0.1',
        '0.0.0.0',
        '[::ffff:10.0.0.1]',
        '[fd00::1]',
        '[fe80::1]',
      ]) {
        const alice = createPerson({ app: bob.app, site: placeless(new URL(`https://${host}`).href) });
        const answer = await bench.send(alice, bob);
        ensure(
          answer.status === 403 || answer.code === 'token-invalid',
          `a bucket at ${host}: refusal expected, ${describe(answer)} found`,
        );
      }
    },
  ),
  requirement(
    '5.rates.at-once',
    'asks one host at most twice at once, and is lookup-busy above',
    async (bench) => {
      const bob = await settled(bench);
      const site = await bench.site();
      const many = await Promise.all(Array.from({ length: 6 }, () => bench.person({ site })));
      for (const one of many) site.put(one.place, slowly(bench.record(one), 700));
      const answers = await Promise.all(many.map((one) => bench.send(one, bob, { once: true })));
      ensure(site.requests > 0, 'it asked for none of six senders');
      ensure(site.atOnce <= 2, `${site.atOnce} at once`);
      const busy = answers.filter(({ status }) => status !== 201);
      for (const answer of busy) expectProblem('one too many', answer, 'lookup-busy');
      for (const one of many) expectStatus('each, in the end', await bench.send(one, bob), 201);
    },
  ),
  requirement(
    '5.rates.minute',
    'asks one host at most 30 times a minute, and is lookup-busy above',
    async (bench) => {
      const bob = await settled(bench);
      const site = await bench.site();
      const before = site.requests;
      const started = performance.now();
      let busy: Answer | undefined;
      for (let sent = 0; sent < 40 && busy === undefined && performance.now() - started < 50_000; sent += 1) {
        const answer = await bench.send(await bench.published({}, { site }), bob, { once: true });
        if (answer.code === 'lookup-busy') busy = answer;
        else expectStatus('send', answer, 201);
      }
      ensure(busy !== undefined, `${site.requests - before} fetches within a minute`);
      ensure(site.requests - before <= 30, `${site.requests - before} fetches within a minute`);
    },
  ),
];

function notTaken(what: string, answer: Answer): void {
  expectProblem(what, answer, 'sender-unverified', 'unavailable');
}

function slowly(content: Uint8Array, milliseconds: number): Content {
  return (response) => void sleep(milliseconds).then(() => response.writeHead(200).end(content));
}

/** The same person with a bucket at another place of the same host. */
function elsewhere(alice: Person): Person {
  return {
    ...alice,
    bucket: alice.bucket.replace(alice.address, `copy/${alice.address}`) as Person['bucket'],
  };
}

function placeless(url: string): Site {
  return { url, put: () => undefined, remove: () => undefined, fetched: () => 0, atOnce: 0, requests: 0 };
}
