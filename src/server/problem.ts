import { isLetterboxError, LetterboxError } from '../protocol/errors.ts';
import { isProblemCode, toProblem, type ProblemCode } from '../protocol/problem.ts';
import type { Answer } from './http.ts';
import type { Log } from './ports.ts';

/** Seconds to wait where the error does not say. */
const RETRY_AFTER: { readonly [Code in ProblemCode]?: number } = {
  'inbox-full': 3600,
  quota: 3600,
  rate: 60,
  'lookup-busy': 15,
  unavailable: 60,
};

/** The error as a caller may know it; what is the server's own fault is told to the operator and is `unavailable`. */
export function asProblem(error: unknown, log: Log): LetterboxError<ProblemCode> {
  const known = isProblem(error);
  if (!known || (error.code === 'unavailable' && error.cause !== undefined)) log.failed(error);
  return known ? error : new LetterboxError('unavailable', {});
}

function isProblem(error: unknown): error is LetterboxError<ProblemCode> {
  return isLetterboxError(error) && isProblemCode(error.code);
}

/** RFC 9457 */
export function problemAnswer(error: LetterboxError<ProblemCode>): Answer {
  const body = toProblem(error);
  const after = 'after' in error.context ? error.context.after : undefined;
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' };
  if (body.retry === 'after') headers['retry-after'] = String(after ?? RETRY_AFTER[error.code] ?? 60);
  if (body.status === 401) headers['www-authenticate'] = 'Bearer';
  return { status: body.status, body, headers };
}

/** For what is no endpoint of this protocol: RFC 9457's problem without a type of its own. */
export function plainProblem(status: number, title: string, headers: Record<string, string> = {}): Answer {
  const body = { type: 'about:blank', title, status, retry: 'never' };
  return { status, body, headers: { 'content-type': 'application/problem+json', ...headers } };
}
