import { setTimeout as sleep } from 'node:timers/promises';
import type { Origin } from '../../protocol/ids.ts';
import type { ActOptions, Bench } from '../bench.ts';
import { ensure, expectEqual } from '../expect.ts';
import { idsOf, readPage } from '../pages.ts';
import type { Person } from '../person.ts';
import { requirement, type Requirement } from '../requirement.ts';
import { serverTime } from '../server-time.ts';
import { openSocket, type EventSocket } from '../socket.ts';

const LIMIT = 64;

type Open = () => Promise<EventSocket>;

/** A requirement on sockets, which are closed behind it. They close by themselves where nobody subscribes for long. */
function onSocket(
  id: string,
  says: string,
  check: (bench: Bench, open: Open) => Promise<void>,
  takes = 0,
): Requirement {
  const opening = async (bench: Bench): Promise<void> => {
    const sockets: EventSocket[] = [];
    const open: Open = async () => {
      const socket = await openSocket(bench.target.url);
      sockets.push(socket);
      return socket;
    };
    try {
      await check(bench, open);
    } finally {
      for (const socket of sockets) socket.close();
    }
  };
  return requirement(id, says, opening, { takes });
}

function ask(bench: Bench, socket: EventSocket, person: Person, claims: ActOptions['claims'] = {}): void {
  socket.say({ type: 'subscribe', token: bench.token(person, 'read', { claims }) });
}

async function subscribe(
  bench: Bench,
  socket: EventSocket,
  person: Person,
  claims: ActOptions['claims'] = {},
): Promise<void> {
  ask(bench, socket, person, claims);
  expectEqual('subscribed', (await socket.next('subscribed')).address, person.address);
}

/** docs/protocol.md#6: the socket of hints */
export const EVENTS: readonly Requirement[] = [
  onSocket(
    '6.events.hint',
    'says subscribed, and hints at each delivery to the inboxes that are',
    async (bench, open) => {
      const [alice, bob] = [await bench.published(), await bench.enrolled()];
      const [carol, dave] = [await bench.enrolled(), await bench.enrolled()];
      const socket = await open();
      for (const person of [bob, carol]) await subscribe(bench, socket, person);
      for (const person of [dave, bob, carol]) await bench.deliver(alice, person);
      const hinted = [(await socket.next('hint')).address, (await socket.next('hint')).address];
      expectEqual('hinted at', hinted.toSorted(), [bob.address, carol.address].toSorted());
      const id = await bench.deliver(alice, bob);
      const { address, cursor } = await socket.next('hint');
      expectEqual('hinted at', address, bob.address);
      const after = await readPage(bench, bob, `?after=${encodeURIComponent(cursor)}`);
      expectEqual('after the hint’s cursor', [after.items, after.cursor], [[], cursor]);
      expectEqual('listed', idsOf(await readPage(bench, bob)).at(-1), id);
      ensure(
        !socket.untaken.some((event) => event.type === 'hint' && event.address === dave.address),
        'a hint at an inbox that is not subscribed',
      );
    },
  ),
  onSocket('6.events.content', 'puts nothing of a delivery into a hint', async (bench, open) => {
    const [alice, bob] = [await bench.published(), await bench.enrolled()];
    const socket = await open();
    await subscribe(bench, socket, bob);
    const id = await bench.deliver(alice, bob);
    await socket.next('hint');
    for (const secret of [id, alice.address, bench.target.pointers.one.slice(0, 60)]) {
      ensure(!socket.texts.some((text) => text.includes(secret)), `a hint holds ${secret}`);
    }
  }),
  onSocket(
    '6.events.refused',
    'refuses a bad subscription with its problem, and stays open for a good one',
    async (bench, open) => {
      const [bob, nobody] = [await bench.enrolled(), await bench.person()];
      const socket = await open();
      const refused = async (what: string, ...codes: string[]): Promise<void> => {
        const { problem } = await socket.next('refused');
        ensure(
          codes.some((code) => problem.type === `urn:letterbox:problem:${code}`),
          `${what}: ${codes.join(' or ')} expected, ${problem.type} found`,
        );
      };
      ask(bench, socket, bob, { aud: 'https://elsewhere.example' as Origin });
      await refused('another server', 'token-audience');
      ask(bench, socket, bob, { iat: 1, exp: 2 });
      await refused('another time', 'token-time');
      ask(bench, socket, bob, { act: 'count' });
      await refused('a count token', 'token-act');
      ask(bench, socket, nobody);
      await refused('not enrolled', 'not-enrolled');
      socket.say({ type: 'subscribe', token: 'a.b.c' });
      await refused('no token', 'token-invalid');
      socket.say({ type: 'subscribe' });
      await refused('nothing', 'malformed', 'token-invalid');
      socket.say('{');
      await refused('no JSON', 'malformed');
      await subscribe(bench, socket, bob);
      await bench.deliver(await bench.published(), bob);
      await socket.next('hint');
    },
  ),
  onSocket('6.events.limit', 'takes 64 inboxes on a socket, and refuses one more', async (bench, open) => {
    const people: Person[] = [];
    while (people.length <= LIMIT) people.push(await bench.enrolled());
    const socket = await open();
    for (const person of people.slice(0, LIMIT)) await subscribe(bench, socket, person);
    for (const person of people.slice(LIMIT)) ask(bench, socket, person);
    await socket.next('refused');
    ensure(socket.isOpen, 'the socket was closed');
  }),
  onSocket(
    '6.events.expired',
    'says expired at the token’s end, and hints no more',
    async (bench, open) => {
      const [alice, bob] = [await bench.published(), await bench.enrolled()];
      const socket = await open();
      const exp = (await serverTime(bench)) + 3;
      await subscribe(bench, socket, bob, { iat: exp - 300, exp });
      expectEqual('expired', (await socket.next('expired', 10)).address, bob.address);
      ensure((await serverTime(bench)) >= exp - 1, 'it expired before its time');
      await bench.deliver(alice, bob);
      await subscribe(bench, socket, bob); // whatever was said before this has come by now
      ensure(!socket.untaken.some(({ type }) => type === 'hint'), 'a hint after expired');
    },
    4,
  ),
  onSocket(
    '6.events.renewed',
    'goes on without a break where a subscription is renewed in time',
    async (bench, open) => {
      const [alice, bob] = [await bench.published(), await bench.enrolled()];
      const socket = await open();
      const exp = (await serverTime(bench)) + 3;
      await subscribe(bench, socket, bob, { iat: exp - 300, exp });
      await subscribe(bench, socket, bob);
      await sleep(5000);
      await bench.deliver(alice, bob);
      await socket.next('hint');
      ensure(!socket.untaken.some(({ type }) => type === 'expired'), 'it expired all the same');
      ensure(!socket.untaken.some(({ type }) => type === 'hint'), 'it hints twice');
    },
    5,
  ),
  onSocket(
    '6.events.idle',
    'closes a socket that subscribes nothing within 10 s',
    async (_bench, open) => {
      const socket = await open();
      await sleep(5000);
      ensure(socket.isOpen, 'it was closed within 5 s');
      await socket.closed(13);
    },
    10,
  ),
  onSocket(
    '6.events.heartbeat',
    'sends a heartbeat every 20 s',
    async (bench, open) => {
      const bob = await bench.enrolled();
      const socket = await open();
      await subscribe(bench, socket, bob);
      await socket.next('heartbeat', 25);
    },
    20,
  ),
];
