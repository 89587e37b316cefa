import { errorFromWire, errorToWire, LetterboxError, type WireError } from '../protocol/errors.ts';
import { asObject, type JsonObject } from '../protocol/json.ts';

/** A member that may be missing. */
export function optional<Member extends string, Value>(
  object: JsonObject,
  member: Member,
  parse: (given: unknown) => Value,
): { readonly [M in Member]?: Value } {
  const given = object[member];
  return given === undefined ? {} : ({ [member]: parse(given) } as { readonly [M in Member]: Value });
}

export function isFlag(object: JsonObject, member: string, what: string): boolean {
  const value = object[member];
  if (typeof value === 'boolean') return value;
  throw new LetterboxError('malformed', { what: `${what}.${member}`, problem: 'not true or false' });
}

/** The members that the words for an error need; an error of another code, or without one of them, is not shown as it came. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  malformed: ['what', 'problem'],
  'too-large': ['what', 'limit'],
  'signature-invalid': ['what'],
  'key-mismatch': ['what', 'expected', 'actual'],
  'envelope-unreadable': ['what'],
  'pointer-recipient': ['claim'],
  'pointer-sender': ['claim'],
  'file-size': ['expected', 'actual'],
  'file-digest': [],
  'message-disagrees': ['member'],
  gone: ['url'],
  'name-not-found': ['name'],
  'name-mismatch': ['name'],
  'app-not-found': ['name', 'app'],
  'record-not-found': ['bucket'],
  'place-forbidden': ['url', 'problem'],
  'recipient-refused': [],
  'recipient-unknown': ['to'],
  'recipient-has-no-server': ['to'],
  'inbox-full': [],
  conflict: [],
  imported: [],
};
const CONTEXT_MAX_LENGTH = 512;

/** A reason as it was kept beside a message. */
export function parseReason(value: unknown, what: string): WireError {
  const reason = errorToWire(errorFromWire(asObject(value, what)));
  const needed = NEEDED[reason.code];
  const texts = Object.values(reason.context);
  const isShort = texts.every((text) => String(text).length <= CONTEXT_MAX_LENGTH);
  if (needed?.every((member) => member in reason.context) === true && isShort) return reason;
  return errorToWire(new LetterboxError('malformed', { what, problem: 'known only where it was exported' }));
}
