import { createHash } from 'node:crypto';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex } from '../../src/protocol/bytes.ts';
import { publicKeyOf } from '../../src/protocol/ids.ts';
import { verifyEs256k } from '../../src/protocol/jws.ts';
import { verifyNatively } from '../../src/server/signature.ts';
import { createPerson } from './person.ts';

const { key } = createPerson('alice');
const publicKey = publicKeyOf(key);
const sha256 = (text: string | Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(text).digest());
const sign = (text: string): Uint8Array =>
  secp256k1.sign(sha256(text), fromHex(key), { prehash: false, lowS: true });

test('the native check and the reference agree on good signatures and on anything one bit away', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat({ max: 64 * 8 - 1 }), fc.boolean(), (text, bit, spoil) => {
      const signature = sign(text);
      const at = bit >> 3;
      if (spoil) signature[at] = (signature[at] ?? 0) ^ (1 << (bit & 7));
      expect(verifyNatively(signature, sha256(text), publicKey)).toBe(!spoil);
      expect(verifyEs256k(signature, sha256(text), publicKey)).toBe(!spoil);
    }),
    { numRuns: 100 },
  );
});

test('high S, zero, and what is no signature or key at all: no', () => {
  const signature = sign('text');
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).toString('hex')}`);
  const high = secp256k1.Point.Fn.ORDER - s;
  const highS = Uint8Array.of(...signature.subarray(0, 32), ...fromHex(high.toString(16).padStart(64, '0')));
  expect(verifyNatively(highS, sha256('text'), publicKey)).toBe(false);
  for (const wrong of [
    new Uint8Array(64),
    new Uint8Array(64).fill(255),
    new Uint8Array(63),
    new Uint8Array(),
  ]) {
    expect(verifyNatively(wrong, sha256('text'), publicKey)).toBe(false);
  }
  const noPoint = `02${'ff'.repeat(32)}` as typeof publicKey;
  expect(verifyNatively(signature, sha256('text'), noPoint)).toBe(false);
});
