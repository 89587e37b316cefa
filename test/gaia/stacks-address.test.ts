import { ripemd160 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { publicKeyToBtcAddress } from '@stacks/encryption';
import { getAddressFromPublicKey } from '@stacks/transactions';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { c32address, isOwnedBy } from '../../src/gaia/stacks-address.ts';
import { fromHex } from '../../src/protocol/bytes.ts';
import { parsePrivateKey, publicKeyOf } from '../../src/protocol/ids.ts';

const key = publicKeyOf(parsePrivateKey('11'.repeat(32)));
const otherKey = publicKeyOf(parsePrivateKey('22'.repeat(32)));
const bytes = fromHex(key);

/** Any 33 bytes do: an address is a hash of them. */
const anyKey = fc.uint8Array({ minLength: 33, maxLength: 33 });

describe('isOwnedBy', () => {
  test.each([
    ['mainnet', getAddressFromPublicKey(key, 'mainnet')],
    ['a test network', getAddressFromPublicKey(key, 'testnet')],
    ['old registries', publicKeyToBtcAddress(key)],
  ])('takes the spelling of %s', (_, owner) => {
    expect(isOwnedBy(owner, bytes)).toBe(true);
  });

  test.each([
    ['another key', getAddressFromPublicKey(otherKey, 'mainnet')],
    ['several signers', c32address(20, ripemd160(sha256(bytes)))],
    ['several signers on a test network', c32address(21, ripemd160(sha256(bytes)))],
    ['lower case', getAddressFromPublicKey(key, 'mainnet').toLowerCase()],
    ['white space', ` ${getAddressFromPublicKey(key, 'mainnet')}`],
    ['the key itself', key],
    ['nothing', ''],
  ])('refuses %s', (_, owner) => {
    expect(isOwnedBy(owner, bytes)).toBe(false);
  });

  test('any key: the addresses of stock packages, and no one else’s', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (a, b) => {
        fc.pre(Buffer.compare(a, b) !== 0);
        for (const owner of [
          getAddressFromPublicKey(a, 'mainnet'),
          getAddressFromPublicKey(a, 'testnet'),
          publicKeyToBtcAddress(a),
        ]) {
          expect(isOwnedBy(owner, a)).toBe(true);
          expect(isOwnedBy(owner, b)).toBe(false);
        }
      }),
    );
  });
});

describe('c32address', () => {
  test.each([
    ['0000000000000000000000000000000000000000', 22, 'SP000000000000000000002Q6VF78'],
    ['a46ff88886c2ef9762d970b4d2c63678835bd39d', 22, 'SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7'],
    ['a46ff88886c2ef9762d970b4d2c63678835bd39d', 26, 'ST2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKQYAC0RQ'],
  ])('of %s, version %i', (hash, version, address) => {
    expect(c32address(version, fromHex(hash))).toBe(address);
  });
});
