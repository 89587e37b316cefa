import { TokenVerifier, decodeToken } from 'jsontokens';
import { describe, expect, test } from 'vitest';
import { createHubToken } from '../../src/gaia/hub-token.ts';
import { parsePrivateKey, publicKeyOf } from '../../src/protocol/ids.ts';
import { KEY, NOW } from '../devnet/hub/hub-client.ts';

const CHALLENGE = '["gaiahub","0","hub","blockstack_storage_please_sign"]';
const privateKey = parsePrivateKey(KEY);
const zeros = { bytes: (length: number) => new Uint8Array(length) };
const options = {
  challenge: CHALLENGE,
  hubUrl: 'https://hub.example.com',
  privateKey,
  now: NOW,
  random: zeros,
};

function payloadOf(token: string): unknown {
  return decodeToken(token.slice('bearer v1:'.length)).payload;
}

describe('createHubToken', () => {
  test('says what a hub wants to hear', () => {
    expect(payloadOf(createHubToken(options))).toEqual({
      gaiaChallenge: CHALLENGE,
      hubUrl: 'https://hub.example.com',
      iss: publicKeyOf(privateKey),
      salt: '00'.repeat(16),
      iat: NOW,
      exp: NOW + 3 * 3600,
    });
  });

  test('carries the association token of a session that has one', () => {
    expect(payloadOf(createHubToken({ ...options, associationToken: 'a.b.c' }))).toMatchObject({
      associationToken: 'a.b.c',
    });
  });

  test('verifies with stock jsontokens', () => {
    const token = createHubToken(options).slice('bearer v1:'.length);
    expect(new TokenVerifier('ES256K', publicKeyOf(privateKey)).verify(token)).toBe(true);
    expect(decodeToken(token).header).toEqual({ typ: 'JWT', alg: 'ES256K' });
  });

  test('no two are the same with real randomness', () => {
    const random = { bytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) };
    expect(createHubToken({ ...options, random })).not.toBe(createHubToken({ ...options, random }));
  });
});
