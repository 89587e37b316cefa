import { createDecipheriv, pbkdf2Sync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lockUnder, openKey, openLock, type Lock } from '../../../extension/platform/vault-format.ts';
import { fromHex, toHex } from '../../../src/protocol/bytes.ts';
import type { Address, PrivateKey } from '../../../src/protocol/ids.ts';
import { random } from '../../agent/world.ts';
import { codeOf } from '../../protocol/support.ts';

interface Vectors {
  readonly passphrase: string;
  readonly normalized: string;
  readonly lock: { version: number; iterations: number; salt: string; sealed: string };
  readonly vaultKey: string;
  readonly keys: readonly { inbox: Address; privateKey: PrivateKey; sealed: string }[];
}

const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/vault.json', import.meta.url), 'utf8'),
) as Vectors;
const { passphrase, vaultKey } = vectors;
const lock: Lock = {
  ...vectors.lock,
  salt: fromHex(vectors.lock.salt),
  sealed: fromHex(vectors.lock.sealed),
};
const [alice, bob] = vectors.keys;
if (alice === undefined || bob === undefined) throw new Error('two keys are needed');

const flipped = (bytes: Uint8Array, at: number) => bytes.with(at, (bytes[at] ?? 0) ^ 1);
const opened = async (change: Partial<Lock>, words = passphrase) => {
  const key = await openLock(words, { ...lock, ...change });
  return key === undefined ? undefined : toHex(key);
};
const openedKey = (inbox: Address, sealed: Uint8Array) => openKey(fromHex(vaultKey), { inbox, sealed });

/** The same by other means: what the docstring says is enough to open a vault without this code. */
function decipher(key: Uint8Array, sealed: Uint8Array, context: string): string {
  const aes = createDecipheriv('aes-256-gcm', key, sealed.slice(0, 12));
  aes.setAAD(Buffer.from(context));
  aes.setAuthTag(sealed.slice(44));
  return Buffer.concat([aes.update(sealed.slice(12, 44)), aes.final()]).toString('hex');
}

test('the vectors open here, and by the words of the docstring alone', async () => {
  expect(await opened({})).toBe(vaultKey);
  expect(await opened({}, vectors.normalized)).toBe(vaultKey);
  const derived = pbkdf2Sync(vectors.normalized, lock.salt, lock.iterations, 32, 'sha256');
  expect(decipher(derived, lock.sealed, 'letterbox/vault/1')).toBe(vaultKey);
  for (const { inbox, privateKey, sealed } of vectors.keys) {
    expect(await openedKey(inbox, fromHex(sealed))).toBe(privateKey);
    const context = `letterbox/vault/1/${inbox}`;
    expect(decipher(fromHex(vaultKey), fromHex(sealed), context)).toBe(privateKey);
  }
});

test('no key, passphrase or vault key stands in what is stored', async () => {
  const key = random.bytes(32);
  const made = await lockUnder('correct horse', key, random);
  const stored = Buffer.concat([made.salt, made.sealed]);
  expect(stored.includes(Buffer.from(key))).toBe(false);
  expect(stored.includes('correct')).toBe(false);
});

test('two locks of one passphrase share neither salt nor nonce', async () => {
  const key = random.bytes(32);
  const [one, two] = [
    await lockUnder('correct horse', key, random),
    await lockUnder('correct horse', key, random),
  ];
  expect(toHex(one.salt)).not.toBe(toHex(two.salt));
  expect(toHex(one.sealed)).not.toBe(toHex(two.sealed));
});

test.each([
  ['another passphrase', {}, 'four quiet herons'],
  ['no passphrase', {}, ''],
  ['a flipped bit of the nonce', { sealed: flipped(lock.sealed, 0) }, passphrase],
  ['of the ciphertext', { sealed: flipped(lock.sealed, 20) }, passphrase],
  ['of the tag', { sealed: flipped(lock.sealed, 59) }, passphrase],
  ['of the salt', { salt: flipped(lock.salt, 3) }, passphrase],
  ['fewer iterations than it was made with', { iterations: 600_000 }, passphrase],
  ['an app key’s record in its place', { sealed: fromHex(alice.sealed) }, passphrase],
] as const)('the vault key does not open with %s', async (_, change, words) => {
  expect(await opened(change, words)).toBeUndefined();
});

test.each([
  ['an unknown version', { version: 2 }],
  ['too few iterations', { iterations: 599_999 }],
  ['iterations without end', { iterations: 2 ** 31 }],
  ['a part of an iteration', { iterations: 600_000.5 }],
  ['a salt cut short', { salt: lock.salt.slice(1) }],
  ['a vault key cut short', { sealed: lock.sealed.slice(0, 59) }],
] as const)('%s is refused before anything is derived', async (_, change) => {
  expect(await codeOf(() => opened(change))).toBe('malformed');
});

test.each([
  ['swapped with another’s', alice.inbox, fromHex(bob.sealed)],
  ['with a flipped bit', alice.inbox, flipped(fromHex(alice.sealed), 30)],
  ['cut short', alice.inbox, fromHex(alice.sealed).slice(0, 59)],
  ['with something behind it', alice.inbox, Uint8Array.of(...fromHex(alice.sealed), 0)],
  ['replaced by the vault key’s', alice.inbox, lock.sealed],
])('an app key’s record %s does not open', async (_, inbox, sealed) => {
  expect(await openedKey(inbox, sealed)).toBeUndefined();
});
