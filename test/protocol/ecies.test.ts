import { cbc } from '@noble/ciphers/aes.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { base64 } from '@scure/base';
import { decryptContent, encryptContent } from '@stacks/encryption';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex, utf8 } from '../../src/protocol/bytes.ts';
import { openEnvelope } from '../../src/protocol/ecies.ts';
import { parseEnvelope, stacksCipher, type Envelope } from '../../src/protocol/envelope.ts';
import { alice, bob, stranger } from '../vectors/people.ts';
import { wasmCurve } from './curve.ts';
import { outcomeOf } from './support.ts';

const open = (envelope: Envelope, key = bob.privateKey) => openEnvelope(wasmCurve, envelope, key);
const nonce = new Uint8Array(16).fill(9);

/** An envelope by the words of the docstring: whatever the MAC covers is authentic, so that what comes after it is met. */
function sealed(ciphertext: (key: Uint8Array) => Uint8Array, point = fromHex(alice.publicKey)): Envelope {
  const keys = sha512(wasmCurve.sharedX(fromHex(alice.privateKey), fromHex(bob.publicKey)));
  const cipherText = ciphertext(keys.slice(0, 32));
  const mac = hmac(sha256, keys.slice(32), Uint8Array.of(...nonce, ...point, ...cipherText));
  const members = {
    iv: toHex(nonce),
    ephemeralPK: toHex(point),
    cipherText: base64.encode(cipherText),
    mac: toHex(mac),
    wasString: true,
    cipherTextEncoding: 'base64',
  };
  return parseEnvelope(JSON.stringify(members), 'test');
}

const changed = (envelope: Envelope, change: Record<string, string>): Envelope =>
  parseEnvelope(JSON.stringify({ ...(JSON.parse(envelope) as object), ...change }), 'test');

describe('what @stacks/encryption sealed', () => {
  test('opens to the same, whatever the text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (text) => {
        const envelope = await stacksCipher.seal(text, bob.publicKey);
        expect(open(envelope)).toBe(await stacksCipher.open(envelope, bob.privateKey));
      }),
      { numRuns: 30 },
    );
  });

  test('opens to the same where it is not UTF-8', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (bytes) => {
        const options = { publicKey: bob.publicKey, wasString: true, cipherTextEncoding: 'base64' } as const;
        const envelope = parseEnvelope(await encryptContent(Buffer.from(bytes), options), 'test');
        expect(open(envelope)).toBe(await stacksCipher.open(envelope, bob.privateKey));
      }),
      { numRuns: 30 },
    );
  });

  test('keeps a byte order mark, or drops it, as the reference does', async () => {
    const envelope = await stacksCipher.seal('\uFEFFhello', bob.publicKey);
    expect(open(envelope)).toBe(await stacksCipher.open(envelope, bob.privateKey));
  });

  test('opens as large as a message may be', async () => {
    const text = 'ü'.repeat(90_000);
    expect(open(await stacksCipher.seal(text, bob.publicKey))).toBe(text);
  });
});

test('the reference opens what is sealed by the words of the docstring', async () => {
  const envelope = sealed((key) => cbc(key, nonce).encrypt(utf8('für Bob')));
  expect(open(envelope)).toBe('für Bob');
  expect(await decryptContent(envelope, { privateKey: bob.privateKey })).toBe('für Bob');
});

describe('is refused, by the reference too:', () => {
  const good = sealed((key) => cbc(key, nonce).encrypt(utf8('hello, Bob, this is more than a block')));
  const bytes = base64.decode((JSON.parse(good) as { cipherText: string }).cipherText);
  const flipped = (at: number): string => base64.encode(bytes.map((byte, n) => (n === at ? byte ^ 1 : byte)));

  test.each<[string, Envelope]>([
    ['a MAC of zeros', changed(good, { mac: '00'.repeat(32) })],
    ['another nonce', changed(good, { iv: '00'.repeat(16) })],
    ['the first byte of the ciphertext flipped', changed(good, { cipherText: flipped(0) })],
    ['its last byte flipped', changed(good, { cipherText: flipped(bytes.length - 1) })],
    ['a block less', changed(good, { cipherText: base64.encode(bytes.slice(0, -16)) })],
    ['a byte less', changed(good, { cipherText: base64.encode(bytes.slice(0, -1)) })],
    ['no ciphertext', changed(good, { cipherText: '' })],
    ['another ephemeral key', changed(good, { ephemeralPK: stranger.publicKey })],
    // x is the same, so is the shared x: only the MAC tells
    [
      'its mirror image',
      changed(good, { ephemeralPK: alice.publicKey.replace(/^0./, (sign) => (sign === '02' ? '03' : '02')) }),
    ],
    ['an ephemeral key off the curve', changed(good, { ephemeralPK: `02${'00'.repeat(31)}05` })],
    [
      'an ephemeral key with another first byte',
      changed(good, { ephemeralPK: `04${alice.publicKey.slice(2)}` }),
    ],
    ['an ephemeral key beyond the field', changed(good, { ephemeralPK: `02${'ff'.repeat(32)}` })],
    ['authentic, but no ciphertext', sealed(() => new Uint8Array())],
    ['authentic, but not whole blocks', sealed((key) => cbc(key, nonce).encrypt(utf8('hello')).slice(1))],
    [
      'authentic, but padded with zero',
      sealed((key) => cbc(key, nonce, { disablePadding: true }).encrypt(new Uint8Array(16))),
    ],
    [
      'authentic, but padded beyond a block',
      sealed((key) => cbc(key, nonce, { disablePadding: true }).encrypt(new Uint8Array(16).fill(17))),
    ],
    [
      'authentic, but padded unevenly',
      sealed((key) =>
        cbc(key, nonce, { disablePadding: true }).encrypt(Uint8Array.of(...new Uint8Array(14), 3, 2)),
      ),
    ],
  ])('%s', async (_, envelope) => {
    expect(() => open(envelope)).toThrow(Error);
    expect(await outcomeOf(() => stacksCipher.open(envelope, bob.privateKey))).toBe('envelope-unreadable');
    expect(open(good)).toContain('hello, Bob');
  });

  test("another's key", () => {
    expect(() => open(good, stranger.privateKey)).toThrow('not the MAC of these bytes');
  });

  test('any one bit of the MAC', () => {
    const { mac } = JSON.parse(good) as { mac: string };
    for (let bit = 0; bit < 256; bit += 1) {
      const wrong = fromHex(mac).map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      expect(() => open(changed(good, { mac: toHex(wrong) }))).toThrow('not the MAC of these bytes');
    }
  });
});
