import { LetterboxError } from '../protocol/errors.ts';
import { parseUrl } from '../protocol/ids.ts';
import { asString, type JsonObject } from '../protocol/json.ts';

/** What the parsers of the owner wire have in common. */

export function parseWebUrl(value: unknown, what: string): string {
  const text = asString(value, what, 256);
  const { protocol } = parseUrl(text, what);
  if (protocol !== 'https:' && protocol !== 'http:') throw malformed(what, 'not a web address');
  return text;
}

/** Messages between extension parts may be JSON, where an undefined member is missing. */
export function absent(object: JsonObject, member: string): boolean {
  return object[member] === undefined;
}

export function asBoolean(value: unknown, what: string): boolean {
  if (typeof value !== 'boolean') throw malformed(what, 'not true or false');
  return value;
}

export function malformed(what: string, problem: string): LetterboxError<'malformed'> {
  return new LetterboxError('malformed', { what, problem });
}
