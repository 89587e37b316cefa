import { isLetterboxError, type LetterboxError } from '../protocol/errors.ts';
import { isProblemCode, PROBLEMS } from '../protocol/problem.ts';

/** Whether doing the same again can help: `after` in seconds where the other side asked for time. */
export type Outlook = { readonly again: false } | { readonly again: true; readonly after: number };

/** The server remembers for a minute that it could not verify a sender. docs/protocol.md#5 */
const SENDER_FORGOTTEN_SECONDS = 65;

/** Failures of the way there, or of copies that are not current yet: the same request can succeed later. */
const PASSING = [
  'unreachable',
  'hub-unauthorized',
  'hub-refused',
  'write-conflict',
  'record-rollback',
  'record-conflict',
  'record-future',
  'clock-wrong',
] as const;

/** What a failure means for trying again. */
export function outlookOf(error: LetterboxError): Outlook {
  const after = 'after' in error.context ? (error.context.after ?? 0) : 0;
  if (isLetterboxError(error, ...PASSING) || isAheadOfUs(error)) return { again: true, after };
  if (!isProblemCode(error.code)) return { again: false };
  switch (PROBLEMS[error.code].retry) {
    case 'never':
      return { again: false };
    case 'refresh-record':
      return { again: true, after: SENDER_FORGOTTEN_SECONDS };
    case 'same':
    case 'after':
      return { again: true, after };
  }
}

/** A record from later than now: one of the two clocks is wrong, and can be set right. */
function isAheadOfUs(error: LetterboxError): boolean {
  return isLetterboxError(error, 'record-expired') && error.context.iat > error.context.now;
}

/**
 * The error itself if it is one of ours that says something of what was tried; a bug, a broken port, and a vault that was
 * locked meanwhile go on.
 */
export function expected(error: unknown): LetterboxError {
  if (isLetterboxError(error) && !isLetterboxError(error, 'locked')) return error;
  throw error;
}
