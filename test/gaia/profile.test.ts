import { Person, signProfileToken, verifyProfileToken, wrapProfileToken } from '@stacks/profile';
import { getAddressFromPublicKey } from '@stacks/transactions';
import fc from 'fast-check';
import { TokenSigner } from 'jsontokens';
import { describe, expect, test } from 'vitest';
import { openProfile, PROFILE_MAX_BYTES } from '../../src/gaia/profile.ts';
import { toBase64url, utf8 } from '../../src/protocol/bytes.ts';
import { isLetterboxError } from '../../src/protocol/errors.ts';
import { parsePrivateKey, publicKeyOf } from '../../src/protocol/ids.ts';
import { outcomeOf } from './world.ts';

const KEY = '33'.repeat(32);
const OTHER_KEY = '44'.repeat(32);
const publicKey = publicKeyOf(parsePrivateKey(KEY));
const owner = getAddressFromPublicKey(publicKey, 'mainnet');
const profile = { '@type': 'Person', apps: { 'https://someawesome.app': 'https://gaia.example.com/hub/x/' } };

const fileOf = (...tokens: string[]): Uint8Array => utf8(JSON.stringify(tokens.map((token) => ({ token }))));

/** A profile token with some claims changed; undefined removes one. */
function tokenWith(changed: object, key = KEY): string {
  const claims = { subject: { publicKey }, issuer: { publicKey }, claim: profile, ...changed };
  return new TokenSigner('ES256K', key).sign(
    JSON.parse(JSON.stringify(claims)) as Parameters<TokenSigner['sign']>[0],
  );
}

/** The token with one part replaced by the JSON of another value. */
function withPart(token: string, index: number, value: unknown): string {
  return token
    .split('.')
    .with(index, toBase64url(utf8(JSON.stringify(value))))
    .join('.');
}

describe('openProfile', () => {
  test('opens what stock @stacks/profile signs and wraps', () => {
    const file = utf8(JSON.stringify([wrapProfileToken(signProfileToken(profile, KEY))]));
    expect(openProfile(file, owner).claim).toEqual(profile);
    expect(
      openProfile(fileOf(new Person({ '@type': 'Person', name: 'Alice' }).toToken(KEY)), owner).claim,
    ).toMatchObject({
      name: 'Alice',
    });
  });

  test('takes both halves of signatures: stock signers make high S as well', () => {
    const highS = (token: string): boolean =>
      Buffer.from(token.split('.')[2] ?? '', 'base64url').readUInt8(32) > 0x7f;
    const tokens = Array.from({ length: 64 }, (_, i) => tokenWith({ jti: String(i) }));
    expect(tokens.some(highS) && tokens.some((token) => !highS(token))).toBe(true);
    for (const token of tokens) expect(openProfile(fileOf(token), owner).claim).toEqual(profile);
  });

  test('does not look at exp, as stock verifiers', () => {
    const token = signProfileToken(profile, KEY, undefined, undefined, 'ES256K', new Date(0), new Date(1));
    expect(verifyProfileToken(token, owner)).toBeDefined();
    expect(openProfile(fileOf(token), owner).claim).toEqual(profile);
  });

  test('reads the first token, not decodedToken', () => {
    const token = signProfileToken(profile, KEY);
    const lie = { payload: { claim: { apps: { 'https://someawesome.app': 'https://evil.example/' } } } };
    expect(
      openProfile(utf8(JSON.stringify([{ token, decodedToken: lie }, { token: 'x' }])), owner).claim,
    ).toEqual(profile);
  });

  const good = tokenWith({});
  test.each([
    ['not JSON', 'malformed', utf8('x')],
    ['not UTF-8', 'malformed', Uint8Array.of(0x5b, 0xff, 0x5d)],
    ['an object', 'malformed', utf8(JSON.stringify({ token: good }))],
    ['an empty list', 'malformed', utf8('[]')],
    ['a list of texts', 'malformed', utf8(JSON.stringify([good]))],
    ['no token', 'malformed', utf8('[{}]')],
    ['a token that is an object', 'malformed', utf8('[{"token":{"header":[],"payload":"","signature":[]}}]')],
    ['many tokens', 'malformed', fileOf(...Array.from({ length: 17 }, () => good))],
    ['two parts', 'malformed', fileOf(good.split('.').slice(0, 2).join('.'))],
    ['four parts', 'malformed', fileOf(`${good}.x`)],
    ['padding', 'malformed', fileOf(`${good}=`)],
    ['a header that is none', 'malformed', fileOf(withPart(good, 0, []))],
    ['no algorithm', 'malformed', fileOf(withPart(good, 0, { typ: 'JWT', alg: 'none' }))],
    ['another algorithm', 'malformed', fileOf(withPart(good, 0, { typ: 'JWT', alg: 'HS256' }))],
    ['crit', 'malformed', fileOf(withPart(good, 0, { alg: 'ES256K', crit: ['b64'] }))],
    ['no subject', 'malformed', fileOf(tokenWith({ subject: undefined }))],
    ['a subject without key', 'malformed', fileOf(tokenWith({ subject: {} }))],
    ['no issuer', 'malformed', fileOf(tokenWith({ issuer: undefined }))],
    ['an issuer without key', 'malformed', fileOf(tokenWith({ issuer: {} }))],
    [
      'an issuer whose key is not hex',
      'malformed',
      fileOf(tokenWith({ issuer: { publicKey: 'zz'.repeat(33) } })),
    ],
    ['no claim', 'malformed', fileOf(tokenWith({ claim: undefined }))],
    ['a claim that is a text', 'malformed', fileOf(tokenWith({ claim: 'x' }))],
    ['another issuer', 'key-mismatch', fileOf(signProfileToken(profile, OTHER_KEY))],
    [
      'an issuer of another form',
      'key-mismatch',
      fileOf(tokenWith({ issuer: { publicKey: `04${'00'.repeat(64)}` } })),
    ],
    ['the owner named by another signer', 'signature-invalid', fileOf(tokenWith({}, OTHER_KEY))],
    [
      'a claim put in later',
      'signature-invalid',
      fileOf(withPart(good, 1, { subject: { publicKey }, issuer: { publicKey }, claim: {} })),
    ],
    ['a header put in later', 'signature-invalid', fileOf(withPart(good, 0, { alg: 'ES256K' }))],
    ['a short signature', 'signature-invalid', fileOf(`${good.split('.').slice(0, 2).join('.')}.AAAA`)],
    [
      'a signature of zeros',
      'signature-invalid',
      fileOf(`${good.split('.').slice(0, 2).join('.')}.${toBase64url(new Uint8Array(64))}`),
    ],
  ] as const)('%s: %s', (_, code, file) => {
    expect(() => openProfile(file, owner)).toThrow(expect.objectContaining({ code }));
  });

  test('no single changed byte of a token passes', () => {
    const bytes = utf8(good);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 127 }), (at, by) => {
        const changed = new TextDecoder().decode(bytes.with(at, (bytes[at] ?? 0) ^ by));
        expect(() => openProfile(fileOf(changed), owner)).toThrow(
          expect.objectContaining({ name: 'LetterboxError' }),
        );
      }),
    );
  });

  test('whatever the file, the outcome is a claim by the owner or one of our errors', () => {
    const json = fc.json().map(utf8);
    const wrapped = fc.jsonValue().map((value) => fileOf(tokenWith(value as object)));
    fc.assert(
      fc.property(fc.oneof(json, wrapped, fc.uint8Array({ maxLength: PROFILE_MAX_BYTES })), (file) => {
        const outcome = outcomeOf(() => typeof openProfile(file, owner).claim);
        expect(outcome === 'object' || isLetterboxError(outcome)).toBe(true);
      }),
    );
  });
});
