import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isLoopbackAddress, isPublicAddress, requirePublicPlace } from '../gaia/places.ts';
import { LetterboxError } from '../protocol/errors.ts';
import { allowLoopback, isLoopback, type PlaceOptions } from '../protocol/ids.ts';
import type { ByteStream, Clock, Fetch, FetchInit, FetchResponse } from '../protocol/ports.ts';
import { createHostBudget, hostOf, type HostLimits } from './host-budget.ts';
import { createResolve, type HostAddress, type Resolve } from './resolve.ts';

export interface GuardedFetchOptions extends PlaceOptions {
  readonly clock: Clock;
  /** All addresses of a host name; by the system's name servers unless given. */
  readonly resolve?: Resolve;
  readonly limits?: Partial<HostLimits>;
  /** For the whole of a request: name resolution, answer and body. Milliseconds. */
  readonly timeout?: number;
}

const LIMITS: HostLimits = { atOnce: 2, perMinute: 30 };
const TIMEOUT_MS = 5000;
const MAX_BYTES = 64 * 1024;

/**
 * The way out for URLs that strangers name: https, the host resolved once, each of its addresses checked and the
 * connection pinned to them (a second answer of the name server changes nothing), no redirect, 64 KiB, 5 s, 2 at once
 * and 30 a minute a host. GET only. docs/protocol.md#5
 * @throws LetterboxError `place-forbidden`, `too-large`, `lookup-busy`; what the network throws passes
 */
export function createGuardedFetch(options: GuardedFetchOptions): Fetch {
  const { clock, resolve = createResolve(), timeout = TIMEOUT_MS } = options;
  const budget = createHostBudget({ ...LIMITS, ...options.limits }, clock);
  return async (address, init = {}) => {
    const url = requirePublicPlace(address, options);
    if ((init.method ?? 'GET') !== 'GET') throw forbidden(url, 'not a GET');
    const done = budget.take(hostOf(url));
    const deadline = AbortSignal.timeout(timeout);
    const signal = init.signal === undefined ? deadline : AbortSignal.any([init.signal, deadline]);
    try {
      const addresses = await abortable(resolveHost(url, resolve, signal), signal);
      for (const { address: found } of addresses) checkAddress(url, found, options);
      return await abortable(get({ url, addresses, headers: init.headers, signal, done }), signal);
    } catch (error) {
      done();
      throw error;
    }
  };
}

async function resolveHost(url: URL, resolve: Resolve, signal: AbortSignal): Promise<readonly HostAddress[]> {
  const literal = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(literal);
  const addresses = family === 0 ? await resolve(url.hostname, signal) : [{ address: literal, family }];
  if (addresses.length === 0) throw new Error('the host has no address');
  return addresses;
}

function checkAddress(url: URL, address: string, options: PlaceOptions): void {
  const permitted = options[allowLoopback] && isLoopback(url.hostname) && isLoopbackAddress(address);
  if (!permitted && !isPublicAddress(address)) throw forbidden(url, 'not a public address');
}

interface Get {
  readonly url: URL;
  readonly addresses: readonly HostAddress[];
  readonly headers: FetchInit['headers'] | undefined;
  readonly signal: AbortSignal;
  /** Called when the connection is over. */
  readonly done: () => void;
}

function get({ url, addresses, headers, signal, done }: Get): Promise<FetchResponse> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      agent: false, // a connection of its own: none that was made to an address of before
      headers: { ...headers, 'accept-encoding': 'identity' },
      lookup: pinned(addresses),
      signal,
    });
    outgoing.once('close', done);
    outgoing.on('error', reject); // more than one can come: a late one must find somebody
    outgoing.once('response', (response) => {
      const problem = problemOf(url, response);
      if (problem === undefined) resolve(toFetchResponse(response, signal));
      else {
        response.destroy();
        reject(problem);
      }
    });
    outgoing.end();
  });
}

/** What the connection asks instead of the name server. */
function pinned(addresses: readonly HostAddress[]): LookupFunction {
  return (_hostname, { all }, callback) => {
    const [first] = addresses;
    if (all === true) callback(null, [...addresses]);
    else if (first === undefined) callback(new Error('the host has no address'), '', 0);
    else callback(null, first.address, first.family);
  };
}

function problemOf(url: URL, { statusCode = 0, headers }: IncomingMessage): LetterboxError | undefined {
  if (statusCode >= 300 && statusCode <= 399) return forbidden(url, 'a redirect');
  const size = Number(headers['content-length'] ?? 0);
  return size > MAX_BYTES ? tooLarge(size) : undefined;
}

function toFetchResponse(response: IncomingMessage, signal: AbortSignal): FetchResponse {
  const { statusCode: status = 0, headers } = response;
  return {
    status,
    headers: {
      get(name) {
        const value = headers[name.toLowerCase()];
        return Array.isArray(value) ? value.join(', ') : (value ?? null);
      },
    },
    body: capped(response, signal),
  };
}

function capped(response: IncomingMessage, signal: AbortSignal): ByteStream {
  return {
    getReader() {
      const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>;
      let size = 0;
      return {
        async read() {
          signal.throwIfAborted(); // the reason, where the stream would only say that it was cut
          const { done, value } = await abortable(chunks.next(), signal);
          if (done === true) return { done };
          size += value.length;
          if (size <= MAX_BYTES) return { done: false, value };
          response.destroy();
          throw tooLarge(size);
        },
        // oxlint-disable-next-line require-await -- the port is asynchronous, the socket is not
        async cancel() {
          response.destroy();
        },
      };
    },
  };
}

/** What it waits for, or the signal's reason, whichever is first. */
function abortable<Value>(pending: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    pending.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function forbidden(url: URL, problem: string): LetterboxError<'place-forbidden'> {
  return new LetterboxError('place-forbidden', { url: url.origin, problem });
}

function tooLarge(size: number): LetterboxError<'too-large'> {
  return new LetterboxError('too-large', { what: 'answer', limit: MAX_BYTES, size });
}
