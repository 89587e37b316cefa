import type { SealedKeyRow, VaultRow } from '../../src/agent/vault-rows.ts';
import { fromHex, toHex, utf8 } from '../../src/protocol/bytes.ts';
import { LetterboxError } from '../../src/protocol/errors.ts';
import { parsePrivateKey, type Address, type PrivateKey } from '../../src/protocol/ids.ts';
import type { Random } from '../../src/protocol/ports.ts';
import {
  areIterations,
  bytesOf,
  decrypt,
  encrypt,
  ITERATIONS,
  keyFrom,
  SALT_BYTES,
} from './passphrase-key.ts';

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
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
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
  const key = await keyFrom(passphrase, salt, ITERATIONS);
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
  if (!areIterations(iterations)) throw malformed('its iterations are out of range');
  if (salt.length !== SALT_BYTES || sealed.length !== SEALED_BYTES) throw malformed('cut short');
  return open(await keyFrom(passphrase, salt, iterations), sealed, CONTEXT);
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

function importKey(vaultKey: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytesOf(vaultKey), 'AES-GCM', false, ['encrypt', 'decrypt']);
}

async function seal(key: CryptoKey, bytes: Uint8Array, context: string, random: Random): Promise<Uint8Array> {
  const nonce = random.bytes(NONCE_BYTES);
  const sealed = await encrypt(key, bytes, { nonce, context: utf8(context) });
  const whole = new Uint8Array(SEALED_BYTES);
  whole.set(nonce);
  whole.set(sealed, NONCE_BYTES);
  return whole;
}

function open(key: CryptoKey, sealed: Uint8Array, context: string): Promise<Uint8Array | undefined> {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  return decrypt(key, sealed.subarray(NONCE_BYTES), { nonce, context: utf8(context) });
}

function contextOf(inbox: Address): string {
  return `${CONTEXT}/${inbox}`;
}

function malformed(problem: string): LetterboxError<'malformed'> {
  return new LetterboxError('malformed', { what: 'vault', problem });
}
