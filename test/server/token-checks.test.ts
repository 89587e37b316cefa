import { expect, test, vi } from 'vitest';
import type { SignatureCheck } from '../../src/protocol/jws.ts';
import type { RequestCheck } from '../../src/protocol/tokens.ts';
import { verifyNatively } from '../../src/server/signature.ts';
import { rememberTokens } from '../../src/server/token-checks.ts';
import { codeOf } from '../contracts/store/fixtures.ts';
import { createPerson, ORIGIN, START } from './person.ts';

const alice = createPerson('alice');
const body = new Uint8Array();

function watched(size: number) {
  const verify = vi.fn<SignatureCheck>(verifyNatively);
  const check = rememberTokens(size);
  const options: RequestCheck = {
    now: START,
    aud: ORIGIN,
    acts: ['read'],
    address: alice.address,
    body,
    verify,
  };
  return { verify, check: (token: string, other = {}) => check(token, { ...options, ...other }) };
}

/** Another token, as good. */
const read = (lifetime: number): string => alice.token('read', body, { exp: START + lifetime });

test('a good token’s signature is checked once; one that was not used for long is forgotten', () => {
  const { verify, check } = watched(2);
  for (const lifetime of [1, 1, 2, 1, 3, 1]) expect(check(read(lifetime)).exp).toBe(START + lifetime);
  expect(verify).toHaveBeenCalledTimes(3);
  check(read(2));
  expect(verify).toHaveBeenCalledTimes(4);
});

test('a bad signature is checked, and refused, each time', async () => {
  const { verify, check } = watched(2);
  const good = read(1);
  const bad = `${good.slice(0, good.lastIndexOf('.'))}${read(2).slice(good.lastIndexOf('.'))}`;
  const refused = (): Promise<string> => codeOf((async () => check(bad))());
  expect([await refused(), await refused()]).toEqual(['token-invalid', 'token-invalid']);
  expect(verify).toHaveBeenCalledTimes(2);
});

test('another token under a signature that was good is refused', async () => {
  const { check } = watched(2);
  const [good, other] = [read(1), read(2)];
  check(good);
  const forged = `${other.slice(0, other.lastIndexOf('.'))}${good.slice(good.lastIndexOf('.'))}`;
  expect(await codeOf((async () => check(forged))())).toBe('token-invalid');
  expect(check(good).exp).toBe(START + 1);
});

test('time, server, act and address are checked each time', async () => {
  const { check } = watched(2);
  const token = read(100);
  check(token);
  const codeFor = (other: object): Promise<string> => codeOf((async () => check(token, other))());
  expect(await codeFor({ now: START + 161 })).toBe('token-time');
  expect(await codeFor({ aud: 'https://other.example' })).toBe('token-audience');
  expect(await codeFor({ acts: ['count'] })).toBe('token-act');
  expect(await codeFor({ address: createPerson('bob').address })).toBe('token-address');
  expect(await codeFor({})).toBe('none');
});
