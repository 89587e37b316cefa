import type { SealedKeyRow, VaultRow } from '../../src/agent/vault-rows.ts';
import { fromHex, toHex, utf8 } from '../../src/protocol/bytes.ts';
import { LetterboxError } from '../../src/protocol/errors.ts';
import { parsePrivateKey, type Address, type PrivateKey } from '../../src/protocol/ids.ts';
import type { Random } from '../../src/protocol/ports.ts';

/**
 * How the vault is sealed, version 1. Vectors: test/vectors/vault.json.
 *
 *     passphrase ─NFKC, UTF-8─► PBKDF2-HMAC-SHA-256(salt, iterations) ─► key encryption key
 *     key encryption key ─seals─► vault key (32 random bytes) ─seals─► each app key (32 bytes)
 *
 * Sealed: nonce(12) ‖ AES-256-GCM ciphertext(32) ‖ tag(16), 60 bytes. The additional data is UTF-8 `letterbox/vault/1`
 * for the vault key, and for an app key the same with `/` and the inbox's address behind it: a record that was put in
 * another's place does not open. Another passphrase seals the vault key anew and touches nothing else.
 */
const VERSION = 1;
/** What a new passphrase is derived with: about a seventh of a second on a laptop of 2026. */
const ITERATIONS = 1_000_000;
const FEWEST_ITERATIONS = 600_000;
/** More would only keep the browser busy: the row is not what we wrote. */
const MOST_ITERATIONS = 10_000_000;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const SALT_BYTES = 16;
const SEALED_BYTES = NONCE_BYTES + KEY_BYTES + 16;
const CONTEXT = `letterbox/vault/${VERSION}`;

/** The part of the row that a passphrase decides. */
export type Lock = Pick<VaultRow, 'version' | 'iterations' | 'salt' | 'sealed'>;

export function newVaultKey(random: Random): Uint8Array {
  return random.bytes(KEY_BYTES);
}

/** Seals a vault key under a passphrase, with a salt of its own. */
export async function lockUnder(passphrase: string, vaultKey: Uint8Array, random: Random): Promise<Lock> {
  const salt = random.bytes(SALT_BYTES);
  const key = await derive(passphrase, salt, ITERATIONS);
  const sealed = await seal(key, vaultKey, CONTEXT, random);
  return { version: VERSION, iterations: ITERATIONS, salt, sealed };
}

/**
 * @returns the vault key; undefined where it is another passphrase, or the row was changed
 * @throws LetterboxError `malformed` for a row that this version does not know
 */
export async function openLock(passphrase: string, lock: Lock): Promise<Uint8Array | undefined> {
  const { version, iterations, salt, sealed } = lock;
  if (version !== VERSION) throw malformed('of another version');
  if (!Number.isInteger(iterations) || iterations < FEWEST_ITERATIONS || iterations > MOST_ITERATIONS)
    throw malformed('its iterations are out of range');
  if (salt.length !== SALT_BYTES || sealed.length !== SEALED_BYTES) throw malformed('cut short');
  return open(await derive(passphrase, salt, iterations), sealed, CONTEXT);
}

export async function sealKey(
  vaultKey: Uint8Array,
  inbox: Address,
  key: PrivateKey,
  random: Random,
): Promise<SealedKeyRow> {
  const sealed = await seal(await importKey(vaultKey), fromHex(key), contextOf(inbox), random);
  return { inbox, sealed };
}

/** @returns undefined for a record that was changed, cut short or is another inbox's */
export async function openKey(
  vaultKey: Uint8Array,
  { inbox, sealed }: SealedKeyRow,
): Promise<PrivateKey | undefined> {
  if (sealed.length !== SEALED_BYTES) return undefined;
  const key = await open(await importKey(vaultKey), sealed, contextOf(inbox));
  return key === undefined ? undefined : parsePrivateKey(toHex(key));
}

async function derive(passphrase: string, salt: Uint8Array, iterations: number): Promise<CryptoKey> {
  const words = bytesOf(utf8(passphrase.normalize('NFKC')));
  const material = await crypto.subtle.importKey('raw', words, 'PBKDF2', false, ['deriveKey']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt: bytesOf(salt), iterations };
  return crypto.subtle.deriveKey(how, material, { name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
}

function importKey(vaultKey: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytesOf(vaultKey), 'AES-GCM', false, ['encrypt', 'decrypt']);
}

async function seal(key: CryptoKey, bytes: Uint8Array, context: string, random: Random): Promise<Uint8Array> {
  const nonce = bytesOf(random.bytes(NONCE_BYTES));
  const sealed = new Uint8Array(await crypto.subtle.encrypt(gcm(nonce, context), key, bytesOf(bytes)));
  const whole = new Uint8Array(SEALED_BYTES);
  whole.set(nonce);
  whole.set(sealed, NONCE_BYTES);
  return whole;
}

async function open(key: CryptoKey, sealed: Uint8Array, context: string): Promise<Uint8Array | undefined> {
  const nonce = bytesOf(sealed.slice(0, NONCE_BYTES));
  try {
    const opened = crypto.subtle.decrypt(gcm(nonce, context), key, bytesOf(sealed.slice(NONCE_BYTES)));
    return new Uint8Array(await opened);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'OperationError') return undefined; // the tag does not fit
    throw error;
  }
}

function gcm(iv: Uint8Array<ArrayBuffer>, context: string): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: bytesOf(utf8(context)) };
}

function contextOf(inbox: Address): string {
  return `${CONTEXT}/${inbox}`;
}

/** WebCrypto takes no view on memory that may be shared. */
function bytesOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes);
}

function malformed(problem: string): LetterboxError<'malformed'> {
  return new LetterboxError('malformed', { what: 'vault', problem });
}
