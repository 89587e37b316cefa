import { LetterboxError, isLetterboxError } from '../protocol/errors.ts';
import type { PlaceOptions } from '../protocol/ids.ts';
import type { Fetch, FetchInit, FetchResponse } from '../protocol/ports.ts';
import { readBody } from './body.ts';
import { requirePublicPlace } from './places.ts';

/**
 * The way to the network that everything in this room is given. Timeouts belong to the `fetch` (see withTimeout),
 * `signal` to the caller who may change their mind.
 */
export interface Web extends PlaceOptions {
  readonly fetch: Fetch;
  readonly signal?: AbortSignal;
}

export interface WebRequest {
  /** What the answer is, for errors: `record`, `profile`. */
  readonly what: string;
  /** The longest body of a success (200 to 299) that is read, in bytes. Refusals are read to 4 KiB and cut. */
  readonly maxBytes: number;
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array;
}

export interface WebResponse {
  /** What was asked for. */
  readonly url: string;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: Uint8Array;
}

const REFUSAL_MAX_BYTES = 4096;

/**
 * One request to a public place, without cookies, referrer, cache or redirects, its body read up to a cap.
 * @throws LetterboxError `place-forbidden | unreachable | too-large`
 */
export async function request(web: Web, url: string, asked: WebRequest): Promise<WebResponse> {
  requirePublicPlace(url, web);
  try {
    const response = await web.fetch(url, initOf(web, asked));
    return { url, status: response.status, headers: response.headers, body: await bodyOf(response, asked) };
  } catch (error) {
    if (isLetterboxError(error)) throw error;
    throw new LetterboxError('unreachable', { url, problem: problemOf(error) }, { cause: error });
  }
}

/**
 * A fetch that gives up: each request, its body included, ends when the signal that `deadline` made for it does.
 * A shell passes `() => AbortSignal.timeout(ms)`.
 */
export function withTimeout(fetch: Fetch, deadline: () => AbortSignal): Fetch {
  return (url, init = {}) => {
    const signal = init.signal === undefined ? deadline() : AbortSignal.any([init.signal, deadline()]);
    return fetch(url, { ...init, signal });
  };
}

function initOf(web: Web, { method = 'GET', headers, body }: WebRequest): FetchInit {
  return {
    method,
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
    redirect: 'error',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    cache: 'no-store',
    ...(web.signal === undefined ? {} : { signal: web.signal }),
  };
}

function bodyOf(response: FetchResponse, { what, maxBytes }: WebRequest): Promise<Uint8Array> {
  const ok = response.status >= 200 && response.status <= 299;
  return readBody(response, ok ? { what, maxBytes } : { what, maxBytes: REFUSAL_MAX_BYTES, cut: true });
}

function problemOf(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'TimeoutError') return 'timeout';
  return name === 'AbortError' ? 'aborted' : 'network';
}
