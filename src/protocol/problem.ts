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
  'not-admitted': { status: 403, retry: 'never' },
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
  return problemOf(error.code, 'now' in error.context ? { now: error.context.now } : {});
}

/**
 * Reads a problem: its code and the time count, the rest follows from the code.
 * @throws LetterboxError `malformed`
 */
export function parseProblem(value: unknown): Problem & { readonly code: ProblemCode } {
  const problem = asObject(value, 'problem');
  const type = asString(problem['type'], 'problem.type', 128);
  const code = type.slice(TYPE_PREFIX.length);
  if (!type.startsWith(TYPE_PREFIX) || !isProblemCode(code)) {
    throw new LetterboxError('malformed', { what: 'problem.type', problem: 'unknown' });
  }
  const timed = code === 'token-time' ? { now: integer(problem, 'now', 'problem') } : {};
  return { code, ...problemOf(code, timed) };
}

/**
 * The error that a problem tells of.
 * @param retryAfter the Retry-After header, in seconds
 */
export function fromProblem(body: unknown, retryAfter: number | undefined): LetterboxError<ProblemCode> {
  const { code, now } = parseProblem(body);
  const context = {
    what: 'request', // this and the next two: what the codes that say more would say
    problem: 'refused',
    limit: 0,
    ...(now === undefined ? {} : { now }),
    ...(retryAfter === undefined ? {} : { after: retryAfter }),
  };
  return new LetterboxError(code, context);
}

function problemOf(code: ProblemCode, more: { readonly now?: number }): Problem {
  return { type: `${TYPE_PREFIX}${code}`, title: code.replaceAll('-', ' '), ...PROBLEMS[code], ...more };
}
