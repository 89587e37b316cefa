import { LetterboxError, isLetterboxError } from '../protocol/errors.ts';
import { parseJsonObject } from '../protocol/json.ts';
import type { WebResponse } from './web.ts';

/**
 * What a hub's refusal means: 401 `hub-unauthorized`, 409 and 412 `write-conflict`, 413 `too-large`, 5xx
 * `unreachable`, everything else (402, 403, 429) `hub-refused`.
 * @param limit the hub's largest file, in bytes
 */
export function hubRefusal(answer: WebResponse, path: string, limit: number): LetterboxError {
  const { status, url } = answer;
  if (status === 401) return new LetterboxError('hub-unauthorized', { status });
  if (status === 409) return new LetterboxError('write-conflict', { path, reason: 'busy' });
  if (status === 412) return new LetterboxError('write-conflict', { path, reason: 'changed' });
  if (status === 413) return new LetterboxError('too-large', { what: path, limit });
  if (status >= 500) return new LetterboxError('unreachable', { url, problem: `status ${status}` });
  return new LetterboxError('hub-refused', { status, problem: problemOf(answer), ...retryAfter(answer) });
}

/** The name that the hub gives the refusal, such as `BadPathError`; its message is for nobody here. */
function problemOf({ body }: WebResponse): string {
  const unnamed = 'unnamed';
  try {
    const name = parseJsonObject(body, 'hub answer')['error'];
    return typeof name === 'string' && /^[A-Za-z]{1,64}$/.test(name) ? name : unnamed;
  } catch (error) {
    if (isLetterboxError(error, 'malformed')) return unnamed;
    throw error;
  }
}

function retryAfter({ headers }: WebResponse): { after?: number } {
  const seconds = /^\d{1,6}$/.exec(headers.get('Retry-After') ?? '')?.[0];
  return seconds === undefined ? {} : { after: Number(seconds) };
}
