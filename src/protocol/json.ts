import { fromUtf8 } from './bytes.ts';
import { isLetterboxError, LetterboxError } from './errors.ts';

/** A JSON object as parsed from bytes: its members are not yet known. */
export type JsonObject = { readonly [member: string]: unknown };

const MAX_DEPTH = 64;

/** Where a number stood that is not written as a plain integer: JSON.parse alone makes 1.0 and 1e0 look like 1. */
const notIntegers = new WeakMap<object, Set<string>>();

/**
 * Parses JSON strictly: UTF-8, no duplicate member names, at most 64 levels. RFC 8259, docs/protocol.md#common
 * @throws LetterboxError `malformed`
 */
export function parseJson(input: string | Uint8Array, what: string): unknown {
  const text = typeof input === 'string' ? input : fromUtf8(input, what);
  try {
    scan(text, what);
    return JSON.parse(text, noteNumber);
  } catch (cause) {
    if (isLetterboxError(cause)) throw cause;
    throw malformed(what, 'not JSON', cause); // or, as the engine says of the longest strings, more than it can match
  }
}

/** Like parseJson, for what must be an object. */
export function parseJsonObject(input: string | Uint8Array, what: string): JsonObject {
  return asObject(parseJson(input, what), what);
}

export function asObject(value: unknown, what: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed(what, 'not an object');
  return value as JsonObject;
}

export function asArray(value: unknown, what: string, max: number): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed(what, 'not a list');
  if (value.length > max) throw malformed(what, `more than ${max} items`);
  return value as readonly unknown[];
}

export function asString(value: unknown, what: string, max: number): string {
  if (typeof value !== 'string') throw malformed(what, 'not a string');
  if (value.length > max) throw malformed(what, `longer than ${max} characters`);
  return value;
}

/** An integral member from 0 to 2^53−1, written without fraction or exponent. */
export function integer(object: JsonObject, member: string, what: string): number {
  const value = object[member];
  const written = !notIntegers.get(object)?.has(member);
  if (
    typeof value !== 'number' ||
    !Number.isSafeInteger(value) ||
    value < 0 ||
    Object.is(value, -0) ||
    !written
  ) {
    throw malformed(`${what}.${member}`, 'not an integer from 0 to 2^53−1');
  }
  return value;
}

function noteNumber(this: object, key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value === 'number' && context?.source !== undefined && !/^-?\d+$/.test(context.source)) {
    const members = notIntegers.get(this) ?? new Set<string>();
    notIntegers.set(this, members.add(key));
  }
  return value;
}

/** One pass over the tokens for what JSON.parse lets through: duplicate names and bottomless nesting. */
function scan(text: string, what: string): void {
  const open: (Set<string> | null)[] = []; // the names of each open object; null for a list
  const tokens = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/gs;
  for (const [token, colon] of text.matchAll(tokens)) {
    if (token === '{' || token === '[') {
      if (open.push(token === '{' ? new Set() : null) > MAX_DEPTH) throw malformed(what, 'nested too deeply');
    } else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined) addName(open.at(-1), token.slice(0, -colon.length), what);
  }
}

function addName(names: Set<string> | null | undefined, quoted: string, what: string): void {
  let name: string;
  try {
    name = JSON.parse(quoted) as string; // escapes make different spellings of one name
  } catch (cause) {
    throw malformed(what, 'not JSON', cause);
  }
  if (names?.has(name)) throw malformed(what, 'a member stands twice');
  names?.add(name);
}

function malformed(what: string, problem: string, cause?: unknown): LetterboxError<'malformed'> {
  return new LetterboxError('malformed', { what, problem }, { cause });
}
