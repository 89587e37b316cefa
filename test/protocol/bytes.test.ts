import { base64urlnopad } from '@scure/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64url, toBase64url } from '../../src/protocol/bytes.ts';

test('base64url is what the reference makes of the bytes, and comes back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(toBase64url(bytes)).toBe(base64urlnopad.encode(bytes));
      expect(fromBase64url(toBase64url(bytes), 'x')).toEqual(bytes);
    }),
  );
});

test('of any text, it reads what the reference reads and nothing else', () => {
  const units = ['A', 'B', 'Y', 'Z', 'a', 'b', 'z', '0', '9', '-', '_', '+', '/', '=', 'é', ' '];
  const nearly = fc.string({ unit: fc.constantFrom(...units), maxLength: 12 });
  const read = (decode: (text: string) => Uint8Array, text: string): Uint8Array | 'refused' => {
    try {
      return decode(text);
    } catch {
      return 'refused';
    }
  };
  fc.assert(
    fc.property(fc.oneof(nearly, fc.string()), (text) => {
      expect(read((one) => fromBase64url(one, 'x'), text)).toEqual(read(base64urlnopad.decode, text));
    }),
  );
});
