import { base64, base64urlnopad, hex } from '@scure/base';
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

/** base64url without padding. RFC 4648 section 5. */
export function toBase64url(bytes: Uint8Array): string {
  return base64urlnopad.encode(bytes);
}

/** Decodes base64url strictly: alphabet, no padding, unused bits zero; throws `malformed`. */
export function fromBase64url(text: string, what: string): Uint8Array {
  try {
    return base64urlnopad.decode(text);
  } catch (cause) {
    throw new LetterboxError('malformed', { what, problem: 'not base64url' }, { cause });
  }
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

/** base64url of the SHA-256: 43 characters, as in `sha256` and `bh`. */
export function digest(bytes: Uint8Array): Digest {
  return toBase64url(sha256(bytes)) as Digest;
}

/** base64url of a SHA-256, 43 characters. */
export type Digest = string & { readonly __brand: 'Digest' };
