import * as fc from 'fast-check';
import { TokenVerifier } from 'jsontokens';
import { expect, test } from 'vitest';
import { utf8 } from '../../src/protocol/bytes.ts';
import type { Address, Origin } from '../../src/protocol/ids.ts';
import { checkRequestToken, createRequestToken, type Act } from '../../src/protocol/tokens.ts';
import { alice, app, now as at } from '../vectors/people.ts';
import { codeOf, vectors } from './support.ts';

interface Vector {
  name: string;
  token: string;
  acts: Act[];
  address: Address;
  body: string;
}
interface Tokens {
  now: number;
  aud: Origin;
  accepted: Vector[];
  refused: (Vector & { code: string })[];
}
const { now, aud, accepted, refused } = vectors<Tokens>('5-request-token');

const check = ({ token, acts, address, body }: Vector) =>
  checkRequestToken(token, { now, aud, acts, address, body: utf8(body) });

test.each(accepted)('accepts: $name', (vector) => {
  expect(check(vector)).toMatchObject({
    sub: alice.address,
    publicKey: alice.publicKey,
    token: vector.token,
  });
});

test.each(refused)('$code: $name', async (vector) => {
  expect(await codeOf(() => check(vector))).toBe(vector.code);
});

test('a time problem tells the server’s time', () => {
  const late = refused.find(({ code }) => code === 'token-time') as Vector;
  expect(() => check(late)).toThrow(expect.objectContaining({ context: { now } }));
});

test('what is created is accepted, and stock jsontokens verifies it', () => {
  const claims = {
    sub: alice.address,
    app,
    bucket: alice.bucket,
    aud,
    act: 'read',
    iat: at,
    exp: at + 300,
  } as const;
  const token = createRequestToken(claims, alice.privateKey);
  expect(check({ name: '', token, acts: ['read'], address: alice.address, body: '' })).toMatchObject(claims);
  expect(new TokenVerifier('ES256K', alice.publicKey).verify(token)).toBe(true);
});

test('whatever stands for a token is refused with a problem', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.anything(), fc.string(), fc.constant('a.b.c')), async (token) => {
      const code = await codeOf(() => check({ ...(accepted[0] as Vector), token: token as string }));
      expect(code).toBe('token-invalid');
    }),
  );
});
