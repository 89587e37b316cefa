import { utf8 } from '../../src/protocol/bytes.ts';

/** How a passphrase becomes a key, in the vault and in an exported file: PBKDF2-HMAC-SHA-256 over its NFKC, for AES-256-GCM. */

/** What a new passphrase is derived with: about a seventh of a second on a laptop of 2026. */
export const ITERATIONS = 1_000_000;
const FEWEST_ITERATIONS = 600_000;
/** More would only keep the browser busy: it is not what we wrote. */
const MOST_ITERATIONS = 10_000_000;
export const SALT_BYTES = 16;

export function areIterations(value: number): boolean {
  return Number.isInteger(value) && value >= FEWEST_ITERATIONS && value <= MOST_ITERATIONS;
}

export async function keyFrom(passphrase: string, salt: Uint8Array, iterations: number): Promise<CryptoKey> {
  const words = bytesOf(utf8(passphrase.normalize('NFKC')));
  const material = await crypto.subtle.importKey('raw', words, 'PBKDF2', false, ['deriveKey']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt: bytesOf(salt), iterations };
  return crypto.subtle.deriveKey(how, material, { name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
}

export async function encrypt(
  key: CryptoKey,
  bytes: Uint8Array,
  { nonce, context }: Sealing,
): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.encrypt(gcm(nonce, context), key, bytesOf(bytes)));
}

/** @returns undefined where the tag does not fit */
export async function decrypt(
  key: CryptoKey,
  sealed: Uint8Array,
  { nonce, context }: Sealing,
): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt(gcm(nonce, context), key, bytesOf(sealed)));
  } catch (error) {
    if (error instanceof DOMException && error.name === 'OperationError') return undefined;
    throw error;
  }
}

/** The nonce of one sealing, 12 bytes, and what is authenticated beside it. */
interface Sealing {
  readonly nonce: Uint8Array;
  readonly context: Uint8Array;
}

function gcm(nonce: Uint8Array, context: Uint8Array): AesGcmParams {
  return { name: 'AES-GCM', iv: bytesOf(nonce), additionalData: bytesOf(context) };
}

/** WebCrypto takes no view on memory that may be shared. */
export function bytesOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes);
}
