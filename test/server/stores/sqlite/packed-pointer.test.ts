import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stacksCipher } from '../../../../src/protocol/envelope.ts';
import { publicKeyOf } from '../../../../src/protocol/ids.ts';
import { POINTER_LENGTH, type Pointer } from '../../../../src/protocol/pointer.ts';
import { packPointer, unpackPointer } from '../../../../src/server/stores/sqlite/packed-pointer.ts';
import { createPerson } from '../../person.ts';

const sealed = (await stacksCipher.seal(
  'x'.padEnd(1535),
  publicKeyOf(createPerson('alice').key),
)) as string as Pointer;
const { iv, ...others } = JSON.parse(sealed) as Record<string, unknown>;

test('what an agent seals takes 1617 bytes and comes back', () => {
  const packed = packPointer(sealed);
  expect(packed).toHaveLength(1617);
  expect(packed).toBeInstanceOf(Uint8Array);
  expect(unpackPointer(packed)).toBe(sealed);
});

test.for([
  ['hex in capitals', sealed.replace(/(?<="iv":")[^"]+/, (hex) => hex.toUpperCase().replace('0', 'A'))],
  ['hex that is none', sealed.replace(/(?<="mac":")../, 'gg')],
  ['base64url', sealed.replace(/(?<="cipherText":")../, '-_')],
  ['a space in it', sealed.replace(/(?<="cipherText":")../, ' A')],
  ['padding in it', sealed.replace(/(?<="cipherText":")../, '==')],
  ['members in another order', JSON.stringify({ ...others, iv })],
  ['no envelope', 'p'.repeat(POINTER_LENGTH)],
  ['characters beyond Latin', 'ž'.repeat(POINTER_LENGTH)],
  ['half a surrogate pair', `${sealed.slice(0, -1)}\uD800`],
])('%s stays text', ([, text]) => {
  const pointer = text as Pointer;
  expect(packPointer(pointer)).toBe(pointer);
  expect(unpackPointer(pointer)).toBe(pointer);
});

test('every change of a character comes back', () => {
  const change = fc.tuple(
    fc.nat(POINTER_LENGTH - 1),
    fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
  );
  fc.assert(
    fc.property(change, ([at, character]) => {
      const pointer = (sealed.slice(0, at) + character + sealed.slice(at + 1)) as Pointer;
      expect(unpackPointer(packPointer(pointer))).toBe(pointer);
    }),
    { numRuns: 2000 },
  );
});
