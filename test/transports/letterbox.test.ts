import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openSocket } from '../../extension/platform/socket.ts';
import { isLetterboxError, type LetterboxError } from '../../src/protocol/errors.ts';
import { parseServerOrigin } from '../../src/protocol/ids.ts';
import type { Transport } from '../../src/protocol/transport.ts';
import { createLetterboxTransport, type LetterboxEntry } from '../../src/transports/letterbox.ts';
import type { SocketEvents } from '../../src/transports/socket.ts';
import { createPerson, LOOPBACK, nodeFetch, startWorld, type World } from '../agent/world.ts';
import { recorded, refused, transportContract, type Peer } from '../contracts/transport.ts';
import { callerFor, createPeer, sealTo, type NodePeer } from './peer.ts';

let world: World;
let transport: Transport<LetterboxEntry>;
beforeAll(async () => {
  world = await startWorld();
  transport = createLetterboxTransport({ fetch: nodeFetch, clock: world.clock, openSocket });
});
afterAll(() => world.stop());

const entry = (): LetterboxEntry => ({ type: 'letterbox', url: world.server.url });

transportContract('letterbox', () => ({
  transport,
  entry: entry(),
  createPeer: () => createPeer(world, entry()),
  seal: (from: Peer, to: Peer) => sealTo((from as NodePeer).person, (to as NodePeer).person),
}));

describe('time', () => {
  test('a server that lives ahead teaches its time, and is asked once more', async () => {
    const peer = await createPeer(world, entry());
    const clock = { now: () => world.clock.now() - 3_600_000 };
    const asked: string[] = [];
    const late = createLetterboxTransport({
      clock,
      openSocket,
      fetch: (url, init) => {
        asked.push(url);
        return nodeFetch(url, init);
      },
    });
    await late.enrol(entry(), peer.caller, peer.record);
    expect(asked).toHaveLength(2);
    await late.count(entry(), peer.caller);
    expect(asked).toHaveLength(3);
  });

  test.for([
    ['an hour ahead', 3600],
    ['an hour behind', -3600],
    ['that is right', 0],
  ] as const)('a clock %s is told, to one who is not enrolled and to one who is', async ([, off]) => {
    const peer = await createPeer(world, entry());
    const time = { off };
    const clock = { now: () => world.clock.now() + time.off * 1000 };
    const asking = createLetterboxTransport({ clock, openSocket, fetch: nodeFetch });
    expect(await asking.askTime(entry(), peer.caller)).toBe(0 - off);
    await transport.enrol(entry(), peer.caller, peer.record);
    time.off = 0;
    expect(await asking.askTime(entry(), peer.caller)).toBe(0);
  });

  test('a server that is busy says nothing of it', async () => {
    const rogue = await startRogue((_, response) => problem(response, 503, 'unavailable', {}));
    await refused(transport.askTime(rogue.entry, callerFor(await createPerson(world))), 'unavailable');
  });

  test('one that refuses every time is not asked for ever', async () => {
    const rogue = await startRogue((_, response) => problem(response, 401, 'token-time', { now: 1 }));
    await refused(transport.count(rogue.entry, callerFor(await createPerson(world))), 'token-time');
    expect(rogue.seen()).toBe(2);
  });
});

describe('answers that no message server gives', () => {
  const cases: [string, (response: ServerResponse) => void, string][] = [
    ['a proxy in the way', (response) => response.writeHead(502).end('<html>'), 'unavailable'],
    ['a busy proxy', (response) => response.writeHead(429).end(), 'rate'],
    ['a web site', (response) => response.writeHead(404).end('<html>'), 'server-incompatible'],
    ['a problem of nobody', (response) => problem(response, 403, 'made-up'), 'server-incompatible'],
    ['a page that is none', (response) => response.writeHead(200).end('[]'), 'malformed'],
    ['a page without end', (response) => response.writeHead(200).end('x'.repeat(2_000_000)), 'too-large'],
    ['a redirect', (response) => response.writeHead(302, { Location: '/' }).end(), 'unreachable'],
    ['a broken line', (response) => response.destroy(), 'unreachable'],
  ];

  test.each(cases)('%s', async (_, answer, code) => {
    const rogue = await startRogue((_request, response) => answer(response));
    const caller = callerFor(await createPerson(world));
    await refused(transport.list(rogue.entry, caller, undefined), code as LetterboxError['code']);
  });

  test('Retry-After is kept', async () => {
    const rogue = await startRogue((_, response) => {
      response.setHeader('Retry-After', '90');
      problem(response, 503, 'lookup-busy');
    });
    const caller = callerFor(await createPerson(world));
    const error: unknown = await transport.count(rogue.entry, caller).catch((reason: unknown) => reason);
    expect(isLetterboxError(error, 'lookup-busy') && error.context.after).toBe(90);
  });
});

test('a server in a private network is not asked', async () => {
  const caller = callerFor(await createPerson(world));
  const inside = { type: 'letterbox', url: parseServerOrigin('https://192.168.1.1') } as const;
  await refused(transport.count(inside, caller), 'place-forbidden');
});

describe('events', () => {
  test('a lost socket is told once', async () => {
    const server = await world.startServer();
    const other = { type: 'letterbox', url: server.url } as const;
    const peer = await createPeer(world, other);
    await transport.enrol(other, peer.caller, peer.record);
    const heard = recorded();
    transport.listen(other, [peer.caller], heard);
    await heard.untilLive(peer.caller.address);
    await server.stop();
    await heard.lostOnce();
    expect(heard.losses).toHaveLength(1);
  });

  test('an expired subscription is renewed, a refusal for its time once, another never', async () => {
    const caller = callerFor(await createPerson(world));
    const { address } = caller;
    const sent: string[] = [];
    const sockets: SocketEvents[] = [];
    const scripted = createLetterboxTransport({
      fetch: nodeFetch,
      clock: world.clock,
      openSocket(_url, events) {
        sockets.push(events);
        return { send: (text) => void sent.push(text), close: () => undefined };
      },
    });
    const heard = recorded();
    scripted.listen(entry(), [caller], heard);
    const [socket] = sockets;
    const say = (event: object): void => socket?.message(JSON.stringify(event));
    socket?.opened();
    expect(sent).toHaveLength(1);
    say({ type: 'expired', address });
    expect(sent).toHaveLength(2);
    const late = { type: 'urn:letterbox:problem:token-time', title: '', status: 401, retry: 'same', now: 5 };
    say({ type: 'refused', address, problem: late });
    say({ type: 'refused', address, problem: late });
    expect(sent).toHaveLength(3);
    say({ type: 'heartbeat' });
    say({ type: 'from the future' });
    expect(heard.losses).toEqual([]);
    socket?.message('{');
    expect(heard.losses).toHaveLength(1);
  });

  test('a subscription is renewed before its end, at a heartbeat, and is news only where it had ended', async () => {
    const [caller, other] = [callerFor(await createPerson(world)), callerFor(await createPerson(world))];
    const sent: string[] = [];
    const sockets: SocketEvents[] = [];
    let now = 0;
    const scripted = createLetterboxTransport({
      fetch: nodeFetch,
      clock: { now: () => now * 1000 },
      openSocket(_url, events) {
        sockets.push(events);
        return { send: (text) => void sent.push(text), close: () => undefined };
      },
    });
    const told: string[] = [];
    const live = (address: string): void => void told.push(address);
    const quiet = (address: string): void => void told.push(`not ${address}`);
    scripted.listen(entry(), [caller, other], { live, quiet, hint: () => undefined, lost: () => undefined });
    const say = (event: object): void => sockets[0]?.message(JSON.stringify(event));
    sockets[0]?.opened();
    say({ type: 'subscribed', address: caller.address }); // and nothing of the other
    sent.length = 0;
    for (now = 20; now <= 200; now += 20) say({ type: 'heartbeat' });
    expect(sent).toEqual([]);
    for (; now <= 280; now += 20) say({ type: 'heartbeat' });
    expect(sent).toHaveLength(1);
    say({ type: 'subscribed', address: caller.address });
    expect(told).toEqual([caller.address]);
    say({ type: 'expired', address: caller.address });
    say({ type: 'subscribed', address: caller.address });
    expect(sent).toHaveLength(2);
    expect(told).toEqual([caller.address, `not ${caller.address}`, caller.address]);
    const gone = { type: 'urn:letterbox:problem:not-enrolled', title: '', status: 404, retry: 'never' };
    for (const { address } of [caller, other, caller]) say({ type: 'refused', address, problem: gone });
    expect(told.slice(3)).toEqual([`not ${caller.address}`]);
  });

  test('sixty-five inboxes take two sockets, and the end of one is the end of both', async () => {
    const person = await createPerson(world);
    const callers = Array.from({ length: 65 }, () => callerFor(person));
    const closed: number[] = [];
    const sockets: SocketEvents[] = [];
    const scripted = createLetterboxTransport({
      fetch: nodeFetch,
      clock: world.clock,
      openSocket(_url, events) {
        const index = sockets.push(events);
        return { send: () => undefined, close: () => void closed.push(index) };
      },
    });
    const heard = recorded();
    scripted.listen(entry(), callers, heard);
    expect(sockets).toHaveLength(2);
    sockets[1]?.closed(new Error('gone'));
    expect(closed).toEqual([1, 2]);
    expect(heard.losses).toHaveLength(1);
  });
});

function problem(response: ServerResponse, status: number, code: string, more: object = {}): void {
  const body = { type: `urn:letterbox:problem:${code}`, title: code, status, retry: 'never', ...more };
  response.writeHead(status, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify(body));
}

/** A server that answers as the test says. */
async function startRogue(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ entry: LetterboxEntry; seen: () => number }> {
  let seen = 0;
  const server = createServer((request, response) => {
    seen += 1;
    handle(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  const { port } = server.address() as AddressInfo;
  const url = parseServerOrigin(`http://127.0.0.1:${String(port)}`, 'url', LOOPBACK);
  return { entry: { type: 'letterbox', url }, seen: () => seen };
}
