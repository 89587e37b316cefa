import * as fc from 'fast-check';
import { TokenSigner, TokenVerifier } from 'jsontokens';
import { describe, expect, test } from 'vitest';
import { fromBase64url } from '../../src/protocol/bytes.ts';
import { decodeJws, signJws, verifyEs256k, verifyJws } from '../../src/protocol/jws.ts';
import { forge } from '../vectors/forge.ts';
import { alice, bob } from '../vectors/people.ts';
import { codeOf, outcomeOf } from './support.ts';

const typ = 'letterbox-record+jwt';
const header = { alg: 'ES256K', typ };

test('what we sign, stock jsontokens verifies', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), (claims) => {
      const token = signJws(typ, claims, alice.privateKey);
      expect(new TokenVerifier('ES256K', alice.publicKey).verify(token)).toBe(true);
      expect(new TokenVerifier('ES256K', bob.publicKey).verify(token)).toBe(false);
    }),
    { numRuns: 20 },
  );
});

test('what stock jsontokens signs we read, but for its half with high S', async () => {
  const outcomes = new Set<string>();
  for (let n = 0; n < 64; n += 1) {
    const token = new TokenSigner('ES256K', alice.privateKey).sign(
      { iss: alice.publicKey, n },
      false,
      header,
    );
    const high = (fromBase64url(token.split('.')[2] as string, 'x')[32] as number) >= 0x80;
    const outcome = await outcomeOf(() => verifyJws(decodeJws(token, typ, 'x'), 'x'));
    expect(outcome).toBe(high ? 'malformed' : 'accepted');
    outcomes.add(outcome);
  }
  expect([...outcomes].toSorted()).toEqual(['accepted', 'malformed']);
});

test('signing is deterministic', () => {
  expect(signJws(typ, { a: 1 }, alice.privateKey)).toBe(signJws(typ, { a: 1 }, alice.privateKey));
});

test('claims cannot name another issuer than the key by accident of order', () => {
  const jws = decodeJws(signJws(typ, { a: 1 }, alice.privateKey), typ, 'x');
  expect(jws.issuer).toBe(alice.publicKey);
});

describe('any change of the bytes is refused', () => {
  const token = signJws(typ, { a: 1, b: 'two' }, alice.privateKey);

  test('one character changed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(token.length - 1),
        fc.constantFrom(...Array.from('ABYZaz019-_+/=. ')),
        async (at, character) => {
          fc.pre(token[at] !== character);
          const changed = token.slice(0, at) + character + token.slice(at + 1);
          expect(await codeOf(() => verifyJws(decodeJws(changed, typ, 'x'), 'x'))).toMatch(
            /^(malformed|signature-invalid)$/,
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  test('cut anywhere', async () => {
    for (let length = 0; length < token.length; length += 1) {
      expect(await codeOf(() => verifyJws(decodeJws(token.slice(0, length), typ, 'x'), 'x'))).toMatch(
        /^(malformed|signature-invalid)$/,
      );
    }
  });
});

test('a signature of zeroes, and a key that is no point, do not verify', () => {
  const { digest } = decodeJws(signJws(typ, {}, alice.privateKey), typ, 'x');
  expect(verifyEs256k(new Uint8Array(64), digest, alice.publicKey)).toBe(false);
  expect(verifyEs256k(new Uint8Array(64), digest, `02${'ff'.repeat(32)}` as typeof alice.publicKey)).toBe(
    false,
  );
});

test('the high S of a good signature is refused by its form', async () => {
  const token = forge({ header, claims: { iss: alice.publicKey }, key: alice.privateKey, highS: true });
  expect(new TokenVerifier('ES256K', alice.publicKey).verify(token)).toBe(true); // stock accepts it
  expect(await codeOf(() => decodeJws(token, typ, 'x'))).toBe('malformed');
});
