import { Server as HttpServer } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { parseServerEvent } from '../../src/protocol/server-events.ts';
import { listen } from '../../src/server/listen.ts';
import { parseTrustedProxies } from '../../src/server/network.ts';
import type { Server } from '../../src/server/server.ts';
import { createHarness, type Harness } from './harness.ts';
import { createPerson, ORIGIN } from './person.ts';

const alice = createPerson('alice');
const bob = createPerson('bob');

async function start(): Promise<Harness & { url: string; stop: () => Promise<void> }> {
  const harness = createHarness();
  await harness.settle(alice);
  await harness.settle(bob);
  const { url, stop } = await listen({ host: '127.0.0.1', port: 0 }, () => harness.server);
  onTestFinished(stop);
  return { ...harness, url, stop };
}

/** Speaks HTTP by hand: `writes` one after the other, then whatever came back until the other side closed. */
function speak(url: string, ...writes: (string | Uint8Array)[]): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connectTcp(Number(port), hostname);
    let heard = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => (heard += text));
    socket.on('error', reject);
    socket.on('close', () => resolve(heard));
    for (const part of writes) socket.write(part);
  });
}

async function openSocket(url: string) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/events`);
  const heard: unknown[] = [];
  let next = Promise.withResolvers<void>();
  socket.on('message', (data) => {
    heard.push(parseServerEvent((data as Buffer).toString()));
    next.resolve();
    next = Promise.withResolvers();
  });
  const closed = new Promise<number>((resolve) => {
    socket.once('close', resolve);
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const hear = async (count: number): Promise<unknown[]> => {
    while (heard.length < count) await next.promise;
    return heard;
  };
  return { socket, hear, closed };
}

test('requests and answers go through a real port', async () => {
  const { url } = await start();
  const response = await fetch(`${url}/v1/server`);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ versions: [1] });
});

test('who asks with HEAD, as monitors do, gets the answer to GET without its body', async () => {
  const { url } = await start();
  for (const path of ['/healthz', '/readyz', '/v1/server', `/v1/inboxes/${bob.address}/count`]) {
    const [get, head] = [await fetch(`${url}${path}`), await fetch(`${url}${path}`, { method: 'HEAD' })];
    const length = get.headers.get('content-length');
    expect([head.status, head.headers.get('content-length')]).toEqual([get.status, length]);
    expect((await get.text()).length).toBe(Number(length));
    expect(await head.text()).toBe('');
  }
  expect((await fetch(`${url}/v1/inboxes/${bob.address}/acks`, { method: 'HEAD' })).status).toBe(405);
});

test('a body that announces too much is answered and not waited for', async () => {
  const { url } = await start();
  const head = `POST /v1/inboxes/${bob.address}/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n`;
  expect(await speak(url, head, 'x'.repeat(1000))).toMatch(/^HTTP\/1.1 413 [\s\S]*too-large/);
});

test('a body that does not end is cut off: answered at its limit, then the connection ends', async () => {
  const { url } = await start();
  const head = `POST /v1/inboxes/${bob.address}/messages HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const chunk = `1000\r\n${'x'.repeat(0x1000)}\r\n`;
  expect(await speak(url, head, chunk, chunk, chunk)).toMatch(/^HTTP\/1.1 413 [\s\S]*too-large/);
});

test('a body that comes in pieces is read whole, and one within its limit leaves the connection open', async () => {
  const { url } = await start();
  const head = `POST /v1/inboxes/${bob.address}/acks HTTP/1.1\r\nHost: x\r\n`;
  const whole = `${head}Content-Length: 12\r\n\r\n`;
  const last = `${head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n{"item\r\n`;
  const heard = await speak(url, whole, '{"item', 's":[]}', last, '6\r\ns":[]}\r\n0\r\n\r\n');
  expect(heard.match(/token-invalid/g)).toHaveLength(2); // which is what is checked after the body's shape
});

test('a body that ends before its length is malformed and asks nothing more of the server', async () => {
  const { url, log, failures } = await start();
  const { hostname, port } = new URL(url);
  const socket = connectTcp(Number(port), hostname);
  socket.end(`POST /v1/inboxes/${bob.address}/acks HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{`);
  await expect.poll(() => log.at(-1)?.problem).toBe('malformed');
  expect(failures).toEqual([]);
});

test('who still sends a body that nobody reads gets the answer, and no reset instead of it', async () => {
  const { url } = await start();
  const length = 512 * 1024;
  const head = `POST /v1/inboxes/${bob.address}/messages HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`;
  const pieces = Array.from({ length: 8 }, () => new Uint8Array(length / 8));
  expect(await speak(url, head, ...pieces)).toMatch(
    /^HTTP\/1.1 413 [\s\S]*connection: close[\s\S]*too-large/,
  );
});

test('a request that is no HTTP, or for no host, is 400', async () => {
  const { url } = await start();
  expect(await speak(url, 'hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  expect(await speak(url, 'GET /healthz HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
});

test('a target may be a whole URL', async () => {
  const { url } = await start();
  const asked = 'GET http://elsewhere.example/healthz?x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  expect(await speak(url, asked)).toMatch(/^HTTP\/1.1 200 /);
});

test('the audience is the configured origin, whatever the Host header says', async () => {
  const { url } = await start();
  const ask = (claims: object) =>
    fetch(`${url}/v1/inboxes/${bob.address}/count`, {
      headers: { authorization: `Bearer ${bob.token('count', new Uint8Array(), claims)}` },
    });
  expect((await ask({ aud: ORIGIN })).status).toBe(200);
  expect((await ask({ aud: url })).status).toBe(403);
});

test('a hint comes over a real socket, and a goodbye when the server stops', async () => {
  const { url, send, stop } = await start();
  const { socket, hear, closed } = await openSocket(url);
  socket.send(JSON.stringify({ type: 'subscribe', token: bob.token('read', new Uint8Array()) }));
  expect(await hear(1)).toEqual([{ type: 'subscribed', address: bob.address }]);
  await send(alice, bob, 'one');
  expect((await hear(2))[1]).toMatchObject({ type: 'hint', address: bob.address });
  await stop();
  expect(await closed).toBe(1001);
});

test('sockets for anything else are not opened; binary and oversized frames close', async () => {
  const { url } = await start();
  await expect(openSocket(`${url}/other`)).rejects.toThrow('404');
  const binary = await openSocket(url);
  binary.socket.send(Buffer.from('{}'));
  expect(await binary.closed).toBe(1003);
  const large = await openSocket(url);
  large.socket.send('x'.repeat(8 * 1024 + 1));
  expect(await large.closed).toBe(1009);
});

test('a socket that breaks the protocol is dropped and the rest goes on', async () => {
  const { url } = await start();
  const { socket, closed } = await openSocket(url);
  const raw = (socket as unknown as { _socket: { write: (bytes: Uint8Array) => void } })._socket;
  raw.write(Uint8Array.of(0xff, 0xff, 0xff));
  expect([1002, 1006]).toContain(await closed);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

test('who asks for much and does not read it is dropped, with what was held for them', async () => {
  const text = 'x'.repeat(64 * 1024 * 1024); // more than the system takes from us
  const { server } = createHarness();
  const reply: Server['reply'] = () => Promise.resolve({ status: 200, headers: {}, text });
  const listened = vi.spyOn(HttpServer.prototype, 'listen');
  const { url, stop } = await listen({ host: '127.0.0.1', port: 0, stalledMs: 200 }, () => ({
    ...server,
    reply,
  }));
  onTestFinished(stop);
  const [http] = listened.mock.contexts as HttpServer[];
  const connections = (): Promise<number> =>
    new Promise((resolve, reject) => {
      http?.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
    });
  const { hostname, port } = new URL(url);
  const socket = connectTcp(Number(port), hostname);
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  socket.write('GET / HTTP/1.1\r\nHost: letterbox\r\n\r\n');
  await new Promise((resolve) => {
    socket.once('data', resolve);
  });
  socket.pause();
  expect(await connections()).toBe(1);
  await expect.poll(connections, { timeout: 10_000 }).toBe(0);
});

test('stopping lets an answer that is under way out, and takes no more', async () => {
  const { server } = createHarness();
  const entered = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const { url, stop } = await listen({ host: '127.0.0.1', port: 0 }, () => ({
    ...server,
    async reply(asked) {
      entered.resolve();
      await gate.promise;
      return server.reply(asked);
    },
  }));
  const answer = fetch(`${url}/v1/server`);
  await entered.promise;
  const stopped = stop();
  await expect(fetch(`${url}/v1/server`)).rejects.toThrow('fetch failed');
  gate.resolve();
  expect((await answer).status).toBe(200);
  await stopped;
});

test('the caller’s network is that of the socket, or of what a proxy of ours says', async () => {
  const { server } = createHarness();
  const heard: string[] = [];
  const noting: Server = {
    ...server,
    reply(asked) {
      heard.push(asked.network);
      return server.reply(asked);
    },
  };
  for (const trusted of ['', '127.0.0.1']) {
    const { url, stop } = await listen(
      { host: '127.0.0.1', port: 0, isOurs: parseTrustedProxies(trusted) },
      () => noting,
    );
    await fetch(`${url}/healthz`, { headers: { 'x-forwarded-for': '6.6.6.6, 203.0.113.5' } });
    await stop();
  }
  expect(heard).toEqual(['127.0.0', '203.0.113']);
});
