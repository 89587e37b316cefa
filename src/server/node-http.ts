import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { LetterboxError } from '../protocol/errors.ts';
import type { Asked, Reply } from './http.ts';

/**
 * The server's HTTP on node:http: a request as `Asked`, and its reply written in one piece.
 * @param reply never rejects
 * @param network of the caller, as src/server/network.ts networkOf
 */
export function overHttp(
  reply: (asked: Asked) => Promise<Reply>,
  network: (incoming: IncomingMessage) => string,
): RequestListener {
  const [bodies, replies] = [together(), together()];
  return (incoming, outgoing) => {
    incoming.on('error', ignore); // a body that breaks off is told to whoever reads it, and others need none
    const { method = '', url = '' } = incoming;
    const asked: Asked = {
      method,
      target: url,
      network: network(incoming),
      header: (name) => single(incoming.headers[name]),
      body: (limit) => readBody(incoming, limit, bodies),
    };
    void reply(asked).then((ready) => replies(() => write(ready, incoming, outgoing)));
  };
}

type Together = (act: () => void) => void;

/**
 * Does what is given in one turn of the loop at its end. Requests that are worked on one after the other find each step's
 * code and tables in the processor's caches, which reading and parsing the next one would drive out: an eighth of a send.
 * Replies that are written one after the other find their callers' machine awake but for the first.
 */
function together(): Together {
  let acts: (() => void)[] = [];
  const run = (): void => {
    const all = acts;
    acts = [];
    for (const act of all) act();
  };
  return (act) => {
    if (acts.push(act) === 1) setImmediate(run);
  };
}

function ignore(): void {}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}

function write(
  { status, headers, text = '' }: Reply,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  const length = status === 204 ? {} : { 'content-length': Buffer.byteLength(text) };
  if (incoming.complete) {
    outgoing.writeHead(status, { ...headers, ...length }).end(text);
    return;
  }
  outgoing.writeHead(status, { ...headers, ...length, connection: 'close' }).write(text);
  linger(incoming, () => outgoing.end());
}

const LINGER_MS = 500;
const LINGER_BYTES = 1024 * 1024;

/**
 * A body that is not read is not waited for. But a connection that is closed while more comes in is reset, and that can
 * take the reply from a caller who is still sending: a little more is taken, and thrown away. RFC 9112, 9.6
 */
function linger(incoming: IncomingMessage, end: () => void): void {
  let size = 0;
  const timeout = setTimeout(end, LINGER_MS);
  incoming.on('data', (chunk: Uint8Array) => {
    size += chunk.length;
    if (size > LINGER_BYTES) end();
  });
  incoming.on('close', () => {
    clearTimeout(timeout);
    end();
  });
  incoming.resume();
}

function readBody(incoming: IncomingMessage, limit: number, bodies: Together): Promise<Uint8Array> {
  const announced = incoming.headers['content-length'];
  if (announced !== undefined && Number(announced) > limit) return Promise.reject(tooLarge(limit));
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    incoming.on('data', (chunk: Uint8Array) => {
      size += chunk.length;
      if (size > limit) {
        incoming.pause();
        reject(tooLarge(limit));
      } else chunks.push(chunk);
    });
    incoming.on('end', () => bodies(() => resolve(joined(chunks))));
    incoming.on('close', () => {
      if (!incoming.complete) reject(new LetterboxError('malformed', { what: 'body', problem: 'cut short' }));
    });
  });
}

/** Most bodies come in one piece. */
function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [first = NOTHING, ...others] = chunks;
  return others.length === 0 ? first : Buffer.concat(chunks);
}

const NOTHING = new Uint8Array();

function tooLarge(limit: number): LetterboxError<'too-large'> {
  return new LetterboxError('too-large', { what: 'body', limit });
}
