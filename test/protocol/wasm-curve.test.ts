import { secp256k1 } from '@noble/curves/secp256k1.js';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/protocol/bytes.ts';
import type { PublicKey } from '../../src/protocol/ids.ts';
import { verifyEs256k } from '../../src/protocol/jws.ts';
import { createWasmCurve } from '../../src/protocol/wasm-curve.ts';
import { alice, bob } from '../vectors/people.ts';
import { wasmCurve } from './curve.ts';

const ORDER = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141';
const FIELD = 'fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f';
const { Point } = secp256k1;
const secret = fromHex(alice.privateKey);
const point = fromHex(bob.publicKey);
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const privateKeys = bytes(32).filter((key) => secp256k1.utils.isValidSecretKey(key));

describe('the shared x', () => {
  test('is that of noble-curves, whatever the keys', () => {
    fc.assert(
      fc.property(privateKeys, privateKeys, (mine, theirs) => {
        const publicKey = secp256k1.getPublicKey(theirs, true);
        const expected = secp256k1.getSharedSecret(mine, publicKey, true).slice(1);
        expect(toHex(wasmCurve.sharedX(mine, publicKey))).toBe(toHex(expected));
      }),
      { numRuns: 50 },
    );
  });

  test('keeps its zeros in front', () => {
    // the generator times this is a point whose x begins with a zero byte
    const short = Array.from({ length: 2000 }, (_, n) => BigInt(n + 1)).find((n) =>
      Point.BASE.multiply(n).toHex(true).startsWith('00', 2),
    );
    const key = fromHex((short ?? 0n).toString(16).padStart(64, '0'));
    const x = wasmCurve.sharedX(key, Point.BASE.toBytes(true));
    expect([x.length, x[0]]).toEqual([32, 0]);
    expect(toHex(x)).toBe(
      Point.BASE.multiply(short ?? 0n)
        .toHex(true)
        .slice(2),
    );
  });

  test.each([
    ['one byte short', point.slice(1)],
    ['one byte long', Uint8Array.of(...point, 0)],
    ['empty', new Uint8Array()],
    ['uncompressed', secp256k1.getPublicKey(secret, false)],
    ['with another first byte', Uint8Array.of(5, ...point.slice(1))],
    ['the hybrid form’s first byte', Uint8Array.of(6, ...point.slice(1))],
    ['no point of the curve', Uint8Array.of(2, ...new Uint8Array(31), 5)],
    ['x = 0', Uint8Array.of(2, ...new Uint8Array(32))],
    ['x = the field’s prime', fromHex(`02${FIELD}`)],
    ['all ones', new Uint8Array(33).fill(0xff)],
  ])('refuses a public key: %s', (_, key) => {
    expect(() => wasmCurve.sharedX(secret, key)).toThrow('not a point of the curve');
  });

  test.each([
    ['zero', new Uint8Array(32)],
    ['the order', fromHex(ORDER)],
    ['above the order', new Uint8Array(32).fill(0xff)],
    ['one byte short', secret.slice(1)],
    ['one byte long', Uint8Array.of(...secret, 1)],
  ])('refuses a private key: %s', (_, key) => {
    expect(() => wasmCurve.sharedX(key, point)).toThrow('not a private key of the curve');
  });

  test('is right again after every refusal', () => {
    const expected = toHex(wasmCurve.sharedX(secret, point));
    expect(() => wasmCurve.sharedX(secret, new Uint8Array(33))).toThrow(RangeError);
    expect(() => wasmCurve.sharedX(new Uint8Array(32), point)).toThrow(RangeError);
    expect(toHex(wasmCurve.sharedX(secret, point))).toBe(expected);
  });
});

describe('verify', () => {
  const digest = new Uint8Array(32).fill(7);
  const signature = secp256k1.sign(digest, secret, { prehash: false, lowS: true });
  const { publicKey } = alice;

  test('says what noble-curves says, of signatures and of what became of them', () => {
    const at = fc.nat(63);
    fc.assert(
      fc.property(privateKeys, bytes(32), at, fc.nat(255), fc.boolean(), (key, hash, place, byte, lowS) => {
        const signed = secp256k1.sign(hash, key, { prehash: false, lowS });
        const signer = toHex(secp256k1.getPublicKey(key, true)) as PublicKey;
        expect(wasmCurve.verify(signed, hash, signer)).toBe(verifyEs256k(signed, hash, signer));
        signed[place] = byte;
        expect(wasmCurve.verify(signed, hash, signer)).toBe(verifyEs256k(signed, hash, signer));
      }),
      { numRuns: 50 },
    );
    expect(wasmCurve.verify(signature, digest, publicKey)).toBe(true);
  });

  const order = BigInt(`0x${ORDER}`);
  const s = order - BigInt(`0x${toHex(signature.slice(32))}`);
  const highS = Uint8Array.of(...signature.slice(0, 32), ...fromHex(s.toString(16).padStart(64, '0')));
  test.each([
    ['high S', highS, digest, publicKey],
    ['another digest', signature, new Uint8Array(32).fill(8), publicKey],
    ['another key', signature, digest, bob.publicKey],
    ['r = 0', Uint8Array.of(...new Uint8Array(32), ...signature.slice(32)), digest, publicKey],
    ['s = 0', Uint8Array.of(...signature.slice(0, 32), ...new Uint8Array(32)), digest, publicKey],
    ['r = the order', Uint8Array.of(...fromHex(ORDER), ...signature.slice(32)), digest, publicKey],
    ['a signature one byte short', signature.slice(0, 63), digest, publicKey],
    ['a signature one byte long', Uint8Array.of(...signature, 0), digest, publicKey],
    ['a digest one byte short', signature, digest.slice(1), publicKey],
    ['a digest one byte long', signature, Uint8Array.of(...digest, 0), publicKey],
    ['a key off the curve', signature, digest, `02${'00'.repeat(31)}05` as PublicKey],
  ])('says no to %s', (_, signed, hash, key) => {
    expect(wasmCurve.verify(signed, hash, key)).toBe(false);
    expect(wasmCurve.verify(signature, digest, publicKey)).toBe(true);
  });
});

test('a file that is none is an error, not a curve', async () => {
  await expect(createWasmCurve(new ArrayBuffer(16))).rejects.toThrow(/WebAssembly/);
});
