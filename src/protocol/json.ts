/* oxlint-disable unicorn/prefer-code-point -- all that is looked for is ASCII, and code units are faster to get at */
import { fromUtf8 } from './bytes.ts';
import { LetterboxError } from './errors.ts';

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
  const { names, plain } = scan(text, what);
  let value: unknown;
  try {
    value = plain ? JSON.parse(text) : JSON.parse(text, noteNumber);
  } catch (cause) {
    throw malformed(what, 'not JSON', cause); // or, as the engine says of the longest strings, more than it can match
  }
  if (countMembers(value) !== names) throw malformed(what, 'a member stands twice');
  return value;
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

const [QUOTE, BACKSLASH, COLON, DOT] = [0x22, 0x5c, 0x3a, 0x2e];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const LETTER_E = 0x65; // of either case, once 0x20 is set

interface Scanned {
  /** How many members have a name. */
  readonly names: number;
  /** Whether all numbers are written as plain integers. */
  readonly plain: boolean;
}

/**
 * One pass for what JSON.parse lets through. Whatever it meets, it looks at no character more than a few times; of what is
 * not JSON it says anything.
 */
function scan(text: string, what: string): Scanned {
  let [names, depth, plain] = [0, 0, true];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
      if (isName(text, at)) names += 1;
    } else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      depth += 1;
      if (depth > MAX_DEPTH) throw malformed(what, 'nested too deeply');
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) depth -= 1;
    else if (code === DOT || (code | 0x20) === LETTER_E) plain &&= !isDigit(text.charCodeAt(at - 1));
  }
  return { names, plain };
}

/** How many members it has, all levels together. */
function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const children = Object.values(value);
  let count = Array.isArray(value) ? 0 : children.length;
  for (const child of children) count += countMembers(child);
  return count;
}

/** Where the quote is that ends the string that begins at `start`; the text's end where there is none. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}

/** Whether the string that ends there is a member's name. */
function isName(text: string, end: number): boolean {
  let next = end + 1;
  while (' \t\n\r'.includes(text.charAt(next)) && next < text.length) next += 1;
  return text.charCodeAt(next) === COLON;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function malformed(what: string, problem: string, cause?: unknown): LetterboxError<'malformed'> {
  return new LetterboxError('malformed', { what, problem }, { cause });
}
