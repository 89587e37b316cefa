import { isProblemCode, fromProblem } from '../protocol/problem.ts';
import { LetterboxError, isLetterboxError } from '../protocol/errors.ts';
import { parseJson } from '../protocol/json.ts';
import type { Fetch, FetchResponse } from '../protocol/ports.ts';
import { readBody } from '../gaia/body.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly token?: string;
  /** Beside those that every request has. */
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON; empty for requests without a body. */
  readonly body: Uint8Array;
  /** The longest answer that is read, in bytes. */
  readonly maxBytes: number;
}

const PROBLEM_MAX_BYTES = 4096;

/**
 * One request to a message server: without cookies, referrer, cache or redirects.
 * @returns the body of a success
 * @throws LetterboxError the problem that the server states; `unreachable`; `server-incompatible` for an answer that no
 *   message server gives
 */
export async function request(fetch: Fetch, asked: HttpRequest): Promise<Uint8Array> {
  let answer: { status: number; retryAfter: number | undefined; body: Uint8Array };
  try {
    const response = await fetch(asked.url, {
      method: asked.method,
      headers: headersOf(asked),
      ...(asked.body.length === 0 ? {} : { body: asked.body }),
      redirect: 'error',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
    });
    answer = {
      status: response.status,
      retryAfter: retryAfterOf(response),
      body: await bodyOf(response, asked),
    };
  } catch (cause) {
    if (isLetterboxError(cause)) throw cause;
    throw new LetterboxError('unreachable', { url: asked.url, problem: nameOf(cause) }, { cause });
  }
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  throw refusal(asked.url, answer);
}

function headersOf({ token, headers, body }: HttpRequest): Record<string, string> {
  return {
    ...headers,
    Accept: 'application/json',
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    ...(body.length === 0 ? {} : { 'Content-Type': 'application/json' }),
  };
}

function bodyOf(response: FetchResponse, { maxBytes }: HttpRequest): Promise<Uint8Array> {
  const ok = response.status >= 200 && response.status < 300;
  return ok
    ? readBody(response, { what: 'answer', maxBytes })
    : readBody(response, { what: 'problem', maxBytes: PROBLEM_MAX_BYTES, cut: true });
}

/** What a refusal means. A proxy in front of a server may answer in its place, so not every one is a problem+json. */
function refusal(
  url: string,
  { status, retryAfter, body }: { status: number; retryAfter: number | undefined; body: Uint8Array },
): LetterboxError {
  const after = retryAfter === undefined ? {} : { after: retryAfter };
  const problem = problemIn(body, retryAfter);
  if (problem !== undefined) return problem;
  if (status === 429) return new LetterboxError('rate', after);
  if (status >= 500) return new LetterboxError('unavailable', after);
  return new LetterboxError('server-incompatible', { url });
}

function problemIn(body: Uint8Array, retryAfter: number | undefined): LetterboxError | undefined {
  try {
    const error = fromProblem(parseJson(body, 'problem'), retryAfter);
    return isProblemCode(error.code) ? error : undefined;
  } catch (error) {
    if (isLetterboxError(error)) return undefined; // not a problem of ours: the status has to do
    throw error;
  }
}

/** Seconds, where the header is a number of them. RFC 9110 section 10.2.3 */
function retryAfterOf(response: FetchResponse): number | undefined {
  const text = response.headers.get('Retry-After');
  return text !== null && /^\d{1,7}$/.test(text) ? Number(text) : undefined;
}

function nameOf(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'TimeoutError') return 'timeout';
  return name === 'AbortError' ? 'aborted' : 'network';
}
