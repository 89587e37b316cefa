/**
 * Every way in which Letterbox says no. Callers branch on `err.code`; a code is never removed or reused.
 *
 * The context of a code holds what a caller needs to act on it, never secrets and never message content.
 */
export interface ErrorContexts {
  // -- what was given cannot be read (any boundary)
  /** `what` names the thing (`record`, `message.from.address`), `problem` says what is wrong with it. */
  malformed: { what: string; problem: string };
  'too-large': { what: string; limit: number; size?: number };

  // -- signed things (docs/protocol.md#jws, #2, #4, #5)
  'signature-invalid': { what: string };
  'key-mismatch': { what: string; expected: string; actual: string };
  'record-place': { expected: string; actual: string };
  'record-expired': { now: number; iat: number; exp: number };
  'record-future': { now: number; seq: number };
  'record-rollback': { pinned: number; seq: number };
  'record-conflict': { seq: number };

  // -- envelopes, pointers and messages (docs/protocol.md#3, #4)
  'envelope-unreadable': { what: string };
  'pointer-recipient': { claim: 'to' | 'app' };
  'pointer-sender': { claim: 'iss' | 'bucket' };
  'file-size': { expected: number; actual: number };
  'file-digest': Record<string, never>;
  'message-disagrees': { member: 'from.address' | 'from.bucket' | 'to.address' | 'app' | 'id' };
  gone: { url: string };

  // -- names and buckets
  'name-not-found': { name: string };
  'name-unproven': { name: string; problem: string };
  'name-mismatch': { name: string; found?: string };
  /** A name that the person knows at one address leads to another one now. */
  'name-moved': { name: string; address: string };
  'app-not-found': { name: string; app: string };
  'record-not-found': { bucket: string };
  'place-forbidden': { url: string; problem: string };
  unreachable: { url: string; problem: string };
  /** `after`: seconds to wait, where the hub said so (429). */
  'hub-refused': { status: number; problem: string; after?: number };
  'hub-unauthorized': { status: number };
  /** `busy`: another write of this path is under way. `changed`: the file is not what the write was conditional on. */
  'write-conflict': { path: string; reason: 'busy' | 'changed' };
  'not-found': { url: string };

  // -- problems of the message server, `urn:letterbox:problem:<code>` (docs/protocol.md#6)
  'token-invalid': { problem: string };
  'token-time': { now: number };
  'token-audience': Record<string, never>;
  'token-act': Record<string, never>;
  'token-address': Record<string, never>;
  'token-body': Record<string, never>;
  'recipient-refused': Record<string, never>;
  'sender-unverified': Record<string, never>;
  'not-enrolled': Record<string, never>;
  'not-admitted': Record<string, never>;
  conflict: Record<string, never>;
  seq: Record<string, never>;
  'token-replayed': Record<string, never>;
  'cursor-expired': Record<string, never>;
  'inbox-full': { after?: number };
  quota: { after?: number };
  rate: { after?: number };
  'lookup-busy': { after?: number };
  unavailable: { after?: number };

  // -- the agent and the page API (docs/page-api.md)
  'not-connected': { app: string };
  'not-allowed': { method: string };
  rejected: { method: string };
  busy: { method: string };
  /** `now` by this computer, `theirs` by the servers that were asked, in Unix seconds: too far apart to publish. */
  'clock-wrong': { now: number; theirs: number };
  /** The person declined again and again; `after`: seconds until the app may ask again. */
  quiet: { method: string; after: number };
  disconnected: Record<string, never>;
  locked: Record<string, never>;
  /** `after`: seconds until the next one may be tried. */
  'passphrase-wrong': { after: number };
  'passphrase-wait': { after: number };
  /** A file that was given for import; `problem` says what keeps it from being taken. */
  'file-refused': {
    problem: 'not-ours' | 'version' | 'rounds' | 'size' | 'closed' | 'changed' | 'content' | 'unreadable';
  };
  /** The message came with an import; whether the device that wrote it has sent it is not known. */
  imported: Record<string, never>;
  'session-missing': { app: string };
  'session-refused': { problem: string };
  'address-taken': { address: string; app: string };
  'recipient-unknown': { to: string };
  'recipient-has-no-server': { to: string };
  'server-incompatible': { url: string };
  internal: { problem: string };
}

export type ErrorCode = keyof ErrorContexts;

/** The one error class that crosses Letterbox's boundaries. `message` is for developers; the UI words come from `code`. */
export class LetterboxError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'LetterboxError';
  readonly code: Code;
  readonly context: ErrorContexts[Code];

  constructor(code: Code, context: ErrorContexts[Code], options?: { cause?: unknown }) {
    super(describe(code, context), options);
    this.code = code;
    this.context = context;
  }
}

/** An error as it crosses a wire: never a stack, never a cause. */
export interface WireError {
  code: ErrorCode;
  context: Record<string, string | number>;
}

/** True for a LetterboxError, with the given code if one is named. */
export function isLetterboxError<Code extends ErrorCode>(
  error: unknown,
  ...codes: Code[]
): error is { [C in Code]: LetterboxError<C> }[Code] {
  if (!isAnyLetterboxError(error)) return false;
  return codes.length === 0 || (codes as ErrorCode[]).includes(error.code);
}

function isAnyLetterboxError(error: unknown): error is LetterboxError {
  return error instanceof LetterboxError; // which alone would leave the code's type open
}

export function errorToWire(error: unknown): WireError {
  if (isAnyLetterboxError(error)) return { code: error.code, context: { ...error.context } };
  return { code: 'internal', context: { problem: error instanceof Error ? error.name : 'unknown' } };
}

/** Rebuilds an error from the other side of a wire; what is not one becomes `internal`. */
export function errorFromWire(value: unknown): LetterboxError {
  if (!isWireError(value)) return new LetterboxError('internal', { problem: 'unreadable error' });
  const context = Object.fromEntries(
    Object.entries(value.context).filter(([, v]) => typeof v === 'string' || typeof v === 'number'),
  );
  return new LetterboxError(value.code, context);
}

function isWireError(value: unknown): value is WireError {
  if (typeof value !== 'object' || value === null) return false;
  const { code, context } = value as Partial<Record<'code' | 'context', unknown>>;
  return (
    typeof code === 'string' && Object.hasOwn(CODES, code) && typeof context === 'object' && context !== null
  );
}

function describe(code: ErrorCode, context: object): string {
  const details = Object.entries(context).map(([key, value]) => `${key}: ${String(value)}`);
  return details.length === 0 ? code : `${code} (${details.join(', ')})`;
}

/** Every code once, so that a string from a wire can be checked; the compiler keeps it complete. */
const CODES: Record<ErrorCode, true> = {
  malformed: true,
  'too-large': true,
  'signature-invalid': true,
  'key-mismatch': true,
  'record-place': true,
  'record-expired': true,
  'record-future': true,
  'record-rollback': true,
  'record-conflict': true,
  'envelope-unreadable': true,
  'pointer-recipient': true,
  'pointer-sender': true,
  'file-size': true,
  'file-digest': true,
  'message-disagrees': true,
  gone: true,
  'name-not-found': true,
  'name-unproven': true,
  'name-mismatch': true,
  'name-moved': true,
  'app-not-found': true,
  'record-not-found': true,
  'place-forbidden': true,
  unreachable: true,
  'hub-refused': true,
  'hub-unauthorized': true,
  'write-conflict': true,
  'not-found': true,
  'token-invalid': true,
  'token-time': true,
  'token-audience': true,
  'token-act': true,
  'token-address': true,
  'token-body': true,
  'recipient-refused': true,
  'sender-unverified': true,
  'not-enrolled': true,
  'not-admitted': true,
  conflict: true,
  seq: true,
  'token-replayed': true,
  'cursor-expired': true,
  'inbox-full': true,
  quota: true,
  rate: true,
  'lookup-busy': true,
  unavailable: true,
  'not-connected': true,
  'not-allowed': true,
  rejected: true,
  busy: true,
  'clock-wrong': true,
  quiet: true,
  disconnected: true,
  locked: true,
  'passphrase-wrong': true,
  'passphrase-wait': true,
  'file-refused': true,
  imported: true,
  'session-missing': true,
  'session-refused': true,
  'address-taken': true,
  'recipient-unknown': true,
  'recipient-has-no-server': true,
  'server-incompatible': true,
  internal: true,
};
