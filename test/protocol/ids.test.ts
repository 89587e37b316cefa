import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { publicKeyToBtcAddress } from '@stacks/encryption';
import {
  addressOf,
  addressOfBucket,
  allowLoopback,
  newId,
  parseAddress,
  parseBucket,
  parseMessageId,
  parseName,
  parseOrigin,
  parsePrivateKey,
  parsePublicKey,
  parseServerOrigin,
  publicKeyOf,
} from '../../src/protocol/ids.ts';
import { codeOf, outcomeOf, vectors } from './support.ts';

interface Forms {
  accepted: string[];
  refused: string[];
}
interface Places {
  keys: { privateKey: string; publicKey: string; address: string }[];
  sessionKeys: Forms;
  addresses: Forms;
  buckets: Forms;
  names: Forms;
  ids: Forms;
  origins: Forms;
}
const places = vectors<Places>('1-places');

test.each(places.keys)(
  'key $privateKey has its public key and address',
  ({ privateKey, publicKey, address }) => {
    expect(publicKeyOf(parsePrivateKey(privateKey))).toBe(publicKey);
    expect(addressOf(parsePublicKey(publicKey))).toBe(address);
  },
);

describe.each([
  ['addresses', parseAddress],
  ['buckets', parseBucket],
  ['names', parseName],
  ['ids', parseMessageId],
  ['origins', parseOrigin],
] as const)('%s', (form, parse) => {
  const parseOne = parse as (value: unknown) => string;

  test.each(places[form].accepted)('accepts %j', (text) => {
    expect(parseOne(text)).toBe(text);
  });

  test.each(places[form].refused)('refuses %j', async (text) => {
    expect(await codeOf(() => parseOne(text))).toBe('malformed');
  });

  test('throws malformed for anything else, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.anything(), fc.string(), fc.webUrl()), async (value) => {
        expect(['malformed', 'accepted']).toContain(await outcomeOf(() => parseOne(value)));
      }),
    );
  });
});

test('a session key may carry the suffix 01', () => {
  for (const text of places.sessionKeys.accepted) {
    expect(parsePrivateKey(text)).toBe(places.keys[0]?.privateKey);
  }
});

test.each(places.sessionKeys.refused)('refuses the session key %j without repeating it', (text) => {
  expect(() => parsePrivateKey(text)).toThrow(/^malformed \(what: private key, problem: not/);
});

test('http counts on loopback alone, and under the development switch alone', async () => {
  const development = { [allowLoopback]: true };
  for (const host of ['127.0.0.1:4000', 'localhost:4000', '[::1]:4000']) {
    expect(parseServerOrigin(`http://${host}`, 'server', development)).toBe(`http://${host}`);
    expect(await codeOf(() => parseServerOrigin(`http://${host}`))).toBe('malformed');
  }
  for (const host of ['hub.example', '10.0.0.1', 'localhost.example', '127.0.0.1.example', '[::2]']) {
    expect(await codeOf(() => parseServerOrigin(`http://${host}`, 'server', development))).toBe('malformed');
  }
});

test('a bucket names its address', () => {
  const [bucket] = places.buckets.accepted;
  expect(addressOfBucket(parseBucket(bucket))).toBe(places.keys[0]?.address);
});

test('ids are 16 random bytes and parse', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const id = newId({ bytes: () => bytes });
      expect(parseMessageId(id)).toBe(id);
    }),
  );
});

test('stock @stacks/encryption derives the same addresses', () => {
  for (const { publicKey, address } of places.keys) expect(publicKeyToBtcAddress(publicKey)).toBe(address);
});
