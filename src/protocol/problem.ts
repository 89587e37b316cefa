import { LetterboxError, type ErrorCode } from './errors.ts';
import { asObject, asString, integer } from './json.ts';

/** How the message server says no, on HTTP and on the socket: RFC 9457, one type a code. docs/protocol.md#6 */

export type Retry = 'never' | 'same' | 'refresh-record' | 'after';

interface ProblemKind {
  readonly status: number;
  readonly retry: Retry;
}

/** Every problem that a server answers with. docs/protocol.md#6 */
export const PROBLEMS = {
  malformed: { status: 400, retry: 'never' },
  'token-invalid': { status: 401, retry: 'never' },
  'token-time': { status: 401, retry: 'same' },
  'token-audience': { status: 403, retry: 'never' },
  'token-act': { status: 403, retry: 'never' },
  'token-address': { status: 403, retry: 'never' },
  'token-body': { status: 403, retry: 'never' },
  'recipient-refused': { status: 403, retry: 'never' },
  'sender-unverified': { status: 403, retry: 'refresh-record' },
  'not-enrolled': { status: 404, retry: 'never' },
  conflict: { status: 409, retry: 'never' },
  seq: { status: 409, retry: 'never' },
  'token-replayed': { status: 409, retry: 'never' },
  'cursor-expired': { status: 410, retry: 'same' },
  'too-large': { status: 413, retry: 'never' },
  'inbox-full': { status: 429, retry: 'after' },
  quota: { status: 429, retry: 'after' },
  rate: { status: 429, retry: 'after' },
  'lookup-busy': { status: 503, retry: 'after' },
  unavailable: { status: 503, retry: 'after' },
} as const satisfies { readonly [Code in ErrorCode]?: ProblemKind };

export type ProblemCode = keyof typeof PROBLEMS;
export type ProblemError = { [Code in ProblemCode]: LetterboxError<Code> }[ProblemCode];

const TYPE_PREFIX = 'urn:letterbox:problem:';

/** The body of `application/problem+json`. */
export interface Problem {
  readonly type: `urn:letterbox:problem:${ProblemCode}`;
  readonly title: string;
  readonly status: number;
  readonly retry: Retry;
  /** The server's Unix time, for `token-time`. */
  readonly now?: number;
}

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}

/** The problem that tells of an error; says nothing of its context but the time. */
export function toProblem(error: LetterboxError<ProblemCode>): Problem {
  const { status, retry } = PROBLEMS[error.code];
  const now = 'now' in error.context ? { now: error.context.now } : {};
  return {
    type: `${TYPE_PREFIX}${error.code}`,
    title: error.code.replaceAll('-', ' '),
    status,
    retry,
    ...now,
  };
}

/**
 * The error that a problem tells of.
 * @param retryAfter the Retry-After header, in seconds
 */
export function fromProblem(body: unknown, retryAfter: number | undefined): LetterboxError<ProblemCode> {
  const problem = asObject(body, 'problem');
  const code = asString(problem['type'], 'problem.type', 128).slice(TYPE_PREFIX.length);
  if (!isProblemCode(code)) {
    throw new LetterboxError('malformed', { what: 'problem.type', problem: 'unknown' });
  }
  const context: Record<string, unknown> = { what: 'request', problem: 'refused', limit: 0 };
  if (code === 'token-time') context['now'] = integer(problem, 'now', 'problem');
  if (retryAfter !== undefined) context['after'] = retryAfter;
  return new LetterboxError(code, context);
}
