import { secp256k1 } from '@noble/curves/secp256k1.js';
import { expect, test } from 'vitest';
import { fromHex } from '../../src/protocol/bytes.ts';
import type { Curve } from '../../src/protocol/curve.ts';
import { stacksCipher } from '../../src/protocol/envelope.ts';
import { createMailCrypto } from '../../src/protocol/mail-crypto.ts';
import { alice, bob, stranger } from '../vectors/people.ts';
import { never, wasmCurve } from './curve.ts';
import { codeOf } from './support.ts';

const digest = new Uint8Array(32).fill(7);
const signature = secp256k1.sign(digest, fromHex(alice.privateKey), { prehash: false, lowS: true });

/** Counts what it is asked for. */
function counted() {
  const calls = { load: 0, sharedX: 0, verify: 0 };
  const curve: Curve = {
    sharedX(...keys) {
      calls.sharedX += 1;
      return wasmCurve.sharedX(...keys);
    },
    verify(...signed) {
      calls.verify += 1;
      return wasmCurve.verify(...signed);
    },
  };
  const load = async (): Promise<Curve> => {
    calls.load += 1;
    return curve;
  };
  return { calls, load };
}

test('the curve is loaded with the first envelope, once, and then used for all', async () => {
  const { calls, load } = counted();
  const { cipher, verify } = createMailCrypto(load, never);
  const envelope = await cipher.seal('hello', bob.publicKey);
  expect(calls).toEqual({ load: 0, sharedX: 0, verify: 0 });
  const opened = await Promise.all([1, 2, 3].map(() => cipher.open(envelope, bob.privateKey)));
  expect(opened).toEqual(['hello', 'hello', 'hello']);
  expect(verify(signature, digest, alice.publicKey)).toBe(true);
  expect(verify(signature, digest, bob.publicKey)).toBe(false);
  expect(calls).toEqual({ load: 1, sharedX: 3, verify: 2 });
});

test('before it is loaded, signatures are checked all the same', () => {
  const { calls, load } = counted();
  const { verify } = createMailCrypto(load, never);
  expect(verify(signature, digest, alice.publicKey)).toBe(true);
  expect(verify(signature, digest, bob.publicKey)).toBe(false);
  expect(calls.load).toBe(0);
});

test('where the curve cannot be loaded, that is told once, and mail opens by the reference', async () => {
  const reported: unknown[] = [];
  const failure = new Error('no WebAssembly here');
  const { cipher, verify } = createMailCrypto(
    () => Promise.reject(failure),
    (error) => reported.push(error),
  );
  const envelope = await cipher.seal('hello', bob.publicKey);
  expect(await cipher.open(envelope, bob.privateKey)).toBe('hello');
  expect(await codeOf(() => cipher.open(envelope, stranger.privateKey))).toBe('envelope-unreadable');
  expect(verify(signature, digest, alice.publicKey)).toBe(true);
  expect(verify(signature, digest, bob.publicKey)).toBe(false);
  expect(reported).toEqual([failure]);
});

test('what does not open is the same problem on either curve', async () => {
  const { cipher } = createMailCrypto(counted().load, never);
  const envelope = await stacksCipher.seal('hello', bob.publicKey);
  expect(await codeOf(() => cipher.open(envelope, stranger.privateKey))).toBe('envelope-unreadable');
});
