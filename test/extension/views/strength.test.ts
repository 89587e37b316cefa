import { expect, test } from 'vitest';
import { strengthOf } from '../../../extension/ui/strength.ts';

test.each([
  ['', 0],
  ['seven77', 0],
  ['password', 1],
  ['12345678', 1],
  ['abcdefghijklmnopqrstuvwxyz', 1],
  ['aaaaaaaaaaaaaaaaaaaaaaaaaaaa', 1],
  ['quiet herons', 1],
  ['quiet herons 4', 3],
  ['three quiet herons', 2],
  ['four quiet herons wade', 3],
  ['correct horse battery staple', 3],
  ['correct horse battery staple again', 4],
  ['vier stille Reiher, 9 laute Gänse', 4],
] as const)('“%s” is %i', (passphrase, strength) => {
  expect(strengthOf(passphrase)).toBe(strength);
});
