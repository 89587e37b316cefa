import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** What a handler answers. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

/** One request in, one answer out; what it throws becomes a 500 that says nothing. */
export type Handler = (request: IncomingMessage) => Answer | Promise<Answer>;

/** A server of the devnet. `origin` has no trailing slash; `stop` also ends open connections. */
export interface LoopbackServer {
  readonly origin: string;
  stop: () => Promise<void>;
}

/**
 * Starts an HTTP server on 127.0.0.1 and nowhere else.
 *
 * `make` is given the server's own origin, which is known only once a port is bound (port 0: any that is free).
 * A page elsewhere that makes its own host name point to 127.0.0.1 is refused by its Host header (421).
 */
export async function listenOnLoopback(
  port: number,
  make: (origin: string) => Handler,
): Promise<LoopbackServer> {
  const server = createServer();
  const origin = `http://127.0.0.1:${String(await bind(server, port))}`;
  const handle = make(origin);
  server.on('request', (request, response) => {
    void respond(handle, request, response);
  });
  return { origin, stop: () => stop(server) };
}

export function json(status: number, value: unknown): Answer {
  return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) };
}

export function text(status: number, body: string): Answer {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body };
}

/** The answer with headers added where it has none of that name. */
export function withHeaders(answer: Answer, headers: Record<string, string>): Answer {
  return { ...answer, headers: { ...headers, ...answer.headers } };
}

/** The request's path as it was sent, without its query: `..` and percent escapes are still in it. */
export function rawPath(request: IncomingMessage): string {
  const [path = '/'] = (request.url ?? '/').split('?', 1);
  return path;
}

async function respond(handle: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const answer = isLoopbackHost(request.headers.host) ? await handle(request) : { status: 421 };
    send(request, response, answer);
  } catch (error) {
    if (request.destroyed && !request.complete) return; // the client went away: there is nobody to tell
    console.error(`${request.method ?? ''} ${request.url ?? ''} failed:`, error);
    send(request, response, json(500, { message: 'Server Error' }));
  }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers = {}, body }: Answer,
): void {
  const bytes = Buffer.from(body ?? '');
  const hasLength = status !== 204;
  response.writeHead(status, hasLength ? { 'Content-Length': bytes.length, ...headers } : headers);
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

function bind(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('the server has no port'));
      else resolve(address.port);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
    server.closeAllConnections();
  });
}

function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host);
}
