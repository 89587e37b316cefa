import { createServer as createHttpServer, type IncomingMessage, type Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { callerAddress, networkOf, type TrustedProxies } from './network.ts';
import { overHttp } from './node-http.ts';
import type { Server } from './server.ts';

/** A server on its port. */
export interface Listening {
  /** Where it listens, without a trailing slash: not necessarily the origin that clients use. */
  readonly url: string;
  readonly server: Server;
  /** Takes no more, lets what is under way finish (at most `STOP_MS`), and closes the sockets. */
  stop(): Promise<void>;
}

const STOP_MS = 5000;
/** A page is half a megabyte: who asks for many and reads none has them dropped after this. */
const STALLED_MS = 30_000;
const GOING_AWAY = 1001;
const UNSUPPORTED_DATA = 1003;
/** Longer than any subscription. */
const MAX_FRAME_BYTES = 8 * 1024;
/** A socket that lets this much pile up is not read. */
const MAX_UNSENT_BYTES = 256 * 1024;

export interface ListenOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Which peers are our own proxies, so that their X-Forwarded-For counts. None where absent. */
  readonly isOurs?: TrustedProxies;
  /** How long a connection is kept on which nothing moves and an answer is under way. */
  readonly stalledMs?: number;
}

/**
 * Listens, and only then makes the server, which may want to know where.
 * @param make is given the URL
 */
export async function listen(
  { host, port, isOurs = () => false, stalledMs = STALLED_MS }: ListenOptions,
  make: (url: string) => Server,
): Promise<Listening> {
  const http = createHttpServer({ requestTimeout: 30_000, headersTimeout: 10_000 });
  http.timeout = stalledMs; // not of event sockets, which have heartbeats
  const url = await bind(http, host, port);
  const server = make(url);
  const network = (incoming: IncomingMessage): string => networkOfCaller(incoming, isOurs);
  const sockets = acceptSockets(http, server, network);
  http.on('request', overHttp(server.reply, network));
  return { url, server, stop: () => stop(http, sockets) };
}

function bind(http: HttpServer, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      resolve(urlOf(http));
    });
  });
}

function urlOf(http: HttpServer): string {
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${name}:${address.port}`;
}

function networkOfCaller({ socket, headers }: IncomingMessage, isOurs: TrustedProxies): string {
  const forwarded = headers['x-forwarded-for'];
  const list = Array.isArray(forwarded) ? forwarded.join(',') : forwarded;
  return networkOf(callerAddress(socket.remoteAddress ?? '', list, isOurs));
}

function acceptSockets(
  http: HttpServer,
  { events }: Server,
  network: (incoming: IncomingMessage) => string,
): WebSocketServer {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  });
  http.on('upgrade', (request, socket, head) => {
    if (request.url?.split('?', 1)[0] === '/v1/events') {
      sockets.handleUpgrade(request, socket, head, (webSocket) =>
        attach(webSocket, events, network(request)),
      );
    } else refuse(socket);
  });
  return sockets;
}

function refuse(socket: Duplex): void {
  socket.once('error', () => void socket.destroy());
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

function attach(webSocket: WebSocket, events: Server['events'], network: string): void {
  const connection = events.open(
    {
      send(text) {
        if (webSocket.bufferedAmount > MAX_UNSENT_BYTES) webSocket.terminate();
        else webSocket.send(text);
      },
      close: (code, reason) => webSocket.close(code, reason),
    },
    network,
  );
  webSocket.on('message', (data, isBinary) => {
    if (isBinary || !Buffer.isBuffer(data)) webSocket.close(UNSUPPORTED_DATA, 'text only');
    else connection.received(data.toString('utf8'));
  });
  webSocket.on('error', () => webSocket.terminate()); // the other side broke the protocol: 'close' follows
  webSocket.on('close', connection.closed);
}

function stop(http: HttpServer, sockets: WebSocketServer): Promise<void> {
  for (const socket of sockets.clients) socket.close(GOING_AWAY, 'the server stops');
  return new Promise((resolve) => {
    const force = setTimeout(() => {
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
    }, STOP_MS);
    http.close(() => {
      clearTimeout(force);
      resolve();
    });
    http.keepAliveTimeout = 1; // for connections that are answered from now on
    http.closeIdleConnections();
  });
}
