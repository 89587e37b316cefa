import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

/** An answer on its way back, or one that the proxy gives itself. */
export interface ProxyAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A request as it passes. */
export interface Passing {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** Can be made another before it is passed on. */
  path: string;
  /** What has passed of its body so far; all of it once there is an answer to it. */
  body: Buffer;
  /** Asks the server in the name of the same caller. */
  ask(path: string): Promise<ProxyAnswer>;
}

/** What makes a good server a bad one. */
export interface Fault {
  /** Before a request is passed on; an answer given here is the proxy's own. */
  request?(passing: Passing): Promise<ProxyAnswer | undefined> | ProxyAnswer | undefined;
  /** What a caller gets for what the server answered. */
  answer?(answer: ProxyAnswer, passing: Passing): Promise<ProxyAnswer> | ProxyAnswer;
  /** What a caller gets for what the server said on a socket; `close` closes it behind. */
  event?(text: string): { readonly text?: string; readonly close?: boolean };
  /** Takes the whole of a body before it passes any of it on. */
  readonly hoards?: boolean;
}

export interface Proxy {
  readonly url: string;
  stop(): Promise<void>;
}

/** A server that answers as the one behind it does, but for its faults. */
export async function startProxy(upstream: string, faults: readonly Fault[]): Promise<Proxy> {
  const http = createServer((incoming, outgoing) => {
    pass(upstream, faults, incoming, outgoing).catch(() => outgoing.destroy());
  });
  const sockets = new WebSocketServer({ noServer: true });
  http.on('upgrade', (incoming, socket, head) => {
    sockets.handleUpgrade(incoming, socket, head, (near) => {
      passSocket(near, new WebSocket(`${upstream.replace(/^http/, 'ws')}${incoming.url ?? '/'}`), faults);
    });
  });
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

async function pass(
  upstream: string,
  faults: readonly Fault[],
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { method = 'GET', headers, url: path = '/' } = incoming;
  const ask: Passing['ask'] = (asked) =>
    forward(`${upstream}${asked}`, 'GET', { authorization: headers.authorization });
  const passing: Passing = { method, headers, path, body: Buffer.alloc(0), ask };
  if (faults.some(({ hoards }) => hoards)) await hoard(incoming, passing);
  let answer: ProxyAnswer | undefined;
  for (const fault of faults) answer ??= await fault.request?.(passing);
  answer ??= await forward(`${upstream}${passing.path}`, method, headers, { incoming, passing });
  for (const fault of faults) answer = (await fault.answer?.(answer, passing)) ?? answer;
  const { 'content-length': _length, 'transfer-encoding': _coding, ...rest } = answer.headers;
  const length = answer.status === 204 ? {} : { 'content-length': answer.body.length };
  outgoing.writeHead(answer.status, { ...rest, ...length });
  outgoing.end(answer.body, () => {
    if (!incoming.complete) incoming.destroy();
  });
}

async function hoard(incoming: IncomingMessage, passing: Passing): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  passing.body = Buffer.concat(chunks);
}

function forward(
  url: string,
  method: string,
  headers: IncomingHttpHeaders,
  body?: { readonly incoming: IncomingMessage; readonly passing: Passing },
): Promise<ProxyAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent: false, method, headers: { ...headers, connection: 'close' } });
    outgoing.on('error', reject);
    outgoing.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    if (body === undefined) outgoing.end();
    else if (body.incoming.readableEnded) outgoing.end(body.passing.body);
    else {
      body.incoming.on('data', (chunk: Buffer) => {
        if (body.passing.body.length < 64 * 1024)
          body.passing.body = Buffer.concat([body.passing.body, chunk]);
      });
      outgoing.flushHeaders();
      body.incoming.pipe(outgoing);
    }
  });
}

function passSocket(near: WebSocket, far: WebSocket, faults: readonly Fault[]): void {
  const waiting: string[] = [];
  near.on('message', (data: Buffer) => {
    if (far.readyState === WebSocket.OPEN) far.send(data.toString());
    else waiting.push(data.toString());
  });
  far.on('open', () => {
    for (const text of waiting) far.send(text);
  });
  far.on('message', (data: Buffer) => {
    let text: string | undefined = data.toString();
    let close = false;
    for (const fault of faults) {
      if (text === undefined || fault.event === undefined) continue;
      const changed = fault.event(text);
      ({ text } = { text: undefined, ...changed });
      close ||= changed.close === true;
    }
    if (text !== undefined) near.send(text);
    if (close) near.close();
  });
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.on('error', () => other.terminate());
    one.on('close', () => other.terminate());
  }
}
