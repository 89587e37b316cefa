import { sha256 } from '@noble/hashes/sha2.js';
import { createBase58check } from '@scure/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { portableCodec, type Codec } from '../../src/protocol/bytes.ts';
import { nativeBase58check, nativeCodec } from '../../src/server/native-codec.ts';

/** The bytes, or what was thrown. */
function decoded({ fromBase64url }: Codec, text: string): unknown {
  try {
    return new Uint8Array(fromBase64url(text, 'it'));
  } catch (error) {
    return error;
  }
}

test('hashes of bytes and of texts are those of the portable one', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), fc.string({ unit: 'grapheme' })), (input) => {
      expect(new Uint8Array(nativeCodec.sha256(input))).toEqual(portableCodec.sha256(input));
    }),
  );
});

test('digests of bytes are those of the portable one', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(nativeCodec.digest(bytes)).toBe(portableCodec.digest(bytes));
    }),
  );
});

test('base64url is read, and refused, as by the portable one', () => {
  const any = fc.string({
    unit: fc.constantFrom('A', 'Z', 'a', 'z', '0', '9', '-', '_', '+', '/', '=', ' ', '\n', '.', 'ž'),
  });
  const good = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64url'));
  const nearly = fc
    .tuple(good, fc.constantFrom('', 'A', 'B', '=', '==', '_'))
    .map(([text, end]) => text + end);
  fc.assert(
    fc.property(fc.oneof(any, good, nearly), (text) => {
      expect(decoded(nativeCodec, text)).toEqual(decoded(portableCodec, text));
    }),
    { numRuns: 2000 },
  );
});

test('addresses are read, and refused, as by the portable one', () => {
  const coder = createBase58check(sha256);
  const good = fc.uint8Array({ minLength: 21, maxLength: 21 }).map((bytes) => coder.encode(bytes));
  const wrong = good.map((text) => `${text.slice(0, -1)}${text.endsWith('z') ? 'y' : 'z'}`);
  fc.assert(
    fc.property(good, wrong, (right, changed) => {
      expect(nativeBase58check.decode(right)).toEqual(coder.decode(right));
      expect(() => nativeBase58check.decode(changed)).toThrow('checksum');
    }),
  );
});
