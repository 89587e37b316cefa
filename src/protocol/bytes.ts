/* oxlint-disable unicorn/prefer-code-point -- all that is looked for is ASCII, and code units are faster to get at */
import { base64, hex } from '@scure/base';
import { sha256 } from '@noble/hashes/sha2.js';
import { LetterboxError } from './errors.ts';

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf8Encoder = new TextEncoder();

export function utf8(text: string): Uint8Array {
  return utf8Encoder.encode(text);
}

/** Decodes UTF-8; throws `malformed` for anything that is not. A byte order mark is kept, so that JSON refuses it. */
export function fromUtf8(bytes: Uint8Array, what: string): string {
  try {
    return utf8Decoder.decode(bytes);
  } catch (cause) {
    throw new LetterboxError('malformed', { what, problem: 'not UTF-8' }, { cause });
  }
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const NOT_A_DIGIT = 64;
const base64urlDigits = new Uint8Array(128).fill(NOT_A_DIGIT);
for (let value = 0; value < BASE64URL.length; value += 1) {
  base64urlDigits[BASE64URL.charCodeAt(value)] = value;
}

/** base64url without padding. RFC 4648 section 5. */
export function toBase64url(bytes: Uint8Array): string {
  let [text, bits, held] = ['', 0, 0];
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0x3fff;
    held += 8;
    for (; held >= 6; held -= 6) text += BASE64URL.charAt((bits >> (held - 6)) & 63);
  }
  return held === 0 ? text : text + BASE64URL.charAt((bits << (6 - held)) & 63);
}

/**
 * Decodes base64url strictly: alphabet, no padding, unused bits zero; throws `malformed`. By a table, both
 * ways, since a server decodes every token: five times as fast as @scure/base.
 */
export function fromBase64url(text: string, what: string): Uint8Array {
  const bytes = new Uint8Array((text.length * 3) >> 2);
  let [bits, held, length, digits] = [0, 0, 0, 0];
  for (let index = 0; index < text.length; index += 1) {
    const digit = base64urlDigits[text.charCodeAt(index)] ?? NOT_A_DIGIT;
    digits |= digit;
    bits = ((bits << 6) | digit) & 0xfff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[length] = bits >> held;
    length += 1;
  }
  if (digits >= NOT_A_DIGIT || text.length % 4 === 1 || (bits & ((1 << held) - 1)) !== 0)
    throw new LetterboxError('malformed', { what, problem: 'not base64url' });
  return bytes;
}

/** True for canonical padded base64. RFC 4648 section 4. */
export function isBase64(text: string): boolean {
  try {
    return base64.encode(base64.decode(text)) === text;
  } catch {
    return false; // the only reason to throw here is the one that is asked about
  }
}

export function toHex(bytes: Uint8Array): string {
  return hex.encode(bytes);
}

/** Decodes hex that was checked before (a branded key). */
export function fromHex(text: string): Uint8Array {
  return hex.decode(text);
}

/** What every token takes. Servers bring a native one, with the same results. */
export interface Codec {
  /** SHA-256 of bytes, or of a text's UTF-8. */
  readonly sha256: (input: Uint8Array | string) => Uint8Array;
  readonly fromBase64url: typeof fromBase64url;
  /** base64url of the SHA-256: 43 characters, as in `sha256` and `bh`. */
  readonly digest: (bytes: Uint8Array) => Digest;
}

export const portableCodec: Codec = {
  sha256: (input) => sha256(typeof input === 'string' ? utf8(input) : input),
  fromBase64url,
  digest,
};

export function digest(bytes: Uint8Array): Digest {
  return toBase64url(sha256(bytes)) as Digest;
}

/** base64url of a SHA-256, 43 characters. */
export type Digest = string & { readonly __brand: 'Digest' };
