import { gcm } from '@noble/ciphers/aes.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { fromUtf8, toBase64url, utf8 } from '../../src/protocol/bytes.ts';
import { LetterboxError } from '../../src/protocol/errors.ts';
import type { Random } from '../../src/protocol/ports.ts';
import { fromText, toText } from './row-text.ts';

/**
 * How the rows of a table are sealed while there is a vault, version 1. Vectors: test/vectors/rows.json.
 *
 *     vault key ─HKDF-SHA-256(no salt, info `letterbox/rows/1`)─► sealing key(32) ‖ veiling key(32)
 *
 * Sealed: version(1) ‖ nonce(12) ‖ AES-256-GCM ciphertext ‖ tag(16), over the row as JSON (row-text.ts), with UTF-8
 * `letterbox/rows/1/<table>/<primary key>` as additional data, the key as it is stored, in JSON: a row that was put in
 * another's place, or in another table, does not open.
 *
 * Veiled, which is what stands in keys and indexes for each string: the first 16 bytes of HMAC-SHA-256(veiling key,
 * `<table>/<string>`), base64url. Equal ones stay equal within a table; whoever lacks the key cannot try out an address.
 *
 * Not by WebCrypto: IndexedDB commits a transaction that waits for anything else, and an agent that reads a row and
 * writes it back does so in one.
 */
const VERSION = 1;
const CONTEXT = `letterbox/rows/${VERSION}`;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VEIL_BYTES = 16;

export interface RowKeys {
  readonly sealing: Uint8Array;
  readonly veiling: Uint8Array;
}

/** A row's place: its table, and its primary key as it is stored. */
export interface RowPlace {
  readonly table: string;
  readonly key: unknown;
}

export function rowKeysOf(vaultKey: Uint8Array): RowKeys {
  const both = hkdf(sha256, vaultKey, undefined, utf8(CONTEXT), 2 * KEY_BYTES);
  return { sealing: both.slice(0, KEY_BYTES), veiling: both.slice(KEY_BYTES) };
}

/** What stands for a string where a key or an index needs it. */
export function veiled({ veiling }: RowKeys, table: string, text: string): string {
  return toBase64url(hmac(sha256, veiling, utf8(`${table}/${text}`)).slice(0, VEIL_BYTES));
}

export function sealRow({ sealing }: RowKeys, place: RowPlace, row: unknown, random: Random): Uint8Array {
  const nonce = random.bytes(NONCE_BYTES);
  return wholeOf(nonce, gcm(sealing, nonce, contextOf(place)).encrypt(textOf(row)));
}

/** @throws LetterboxError `malformed` for a row that was changed, cut short or moved, or that a later version sealed */
export function openRow({ sealing }: RowKeys, place: RowPlace, sealed: unknown): unknown {
  const { nonce, ciphertext } = partsOf(sealed);
  try {
    return rowOf(gcm(sealing, nonce, contextOf(place)).decrypt(ciphertext));
  } catch (cause) {
    throw notOpened(cause);
  }
}

/** Seals and opens the same, many at a time and by the platform's own cipher: outside of a transaction. */
export interface ManyRows {
  seal(place: RowPlace, row: unknown): Promise<Uint8Array>;
  /** @throws LetterboxError `malformed` as `openRow` does */
  open(place: RowPlace, sealed: unknown): Promise<unknown>;
}

export async function manyRows({ sealing }: RowKeys, random: Random): Promise<ManyRows> {
  const key = await crypto.subtle.importKey('raw', sealing.slice(), 'AES-GCM', false, ['encrypt', 'decrypt']);
  const cipher = (nonce: Uint8Array, place: RowPlace) => ({
    name: 'AES-GCM',
    iv: nonce.slice(),
    additionalData: contextOf(place).slice(),
  });
  return {
    async seal(place, row) {
      const nonce = random.bytes(NONCE_BYTES);
      const text = textOf(row).slice();
      return wholeOf(nonce, new Uint8Array(await crypto.subtle.encrypt(cipher(nonce, place), key, text)));
    },
    async open(place, sealed) {
      const { nonce, ciphertext } = partsOf(sealed);
      try {
        return rowOf(new Uint8Array(await crypto.subtle.decrypt(cipher(nonce, place), key, ciphertext)));
      } catch (cause) {
        throw notOpened(cause);
      }
    },
  };
}

function wholeOf(nonce: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const whole = new Uint8Array(1 + NONCE_BYTES + ciphertext.length);
  whole[0] = VERSION;
  whole.set(nonce, 1);
  whole.set(ciphertext, 1 + NONCE_BYTES);
  return whole;
}

function partsOf(sealed: unknown) {
  if (!(sealed instanceof Uint8Array)) throw malformed('not sealed');
  const [version] = sealed;
  if (version !== VERSION) throw malformed('of another version');
  if (sealed.length < 1 + NONCE_BYTES + TAG_BYTES) throw malformed('cut short');
  return { nonce: sealed.slice(1, 1 + NONCE_BYTES), ciphertext: sealed.slice(1 + NONCE_BYTES) };
}

function textOf(row: unknown): Uint8Array {
  return utf8(toText(row));
}

function rowOf(text: Uint8Array): unknown {
  return fromText(fromUtf8(text, 'row'));
}

function notOpened(cause: unknown): LetterboxError<'malformed'> {
  return malformed('changed, or of another place', cause);
}

function contextOf({ table, key }: RowPlace): Uint8Array {
  return utf8(`${CONTEXT}/${table}/${JSON.stringify(key)}`);
}

function malformed(problem: string, cause?: unknown): LetterboxError<'malformed'> {
  return new LetterboxError('malformed', { what: 'row', problem }, { cause });
}
