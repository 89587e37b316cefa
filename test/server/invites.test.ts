import { expect, test } from 'vitest';
import { toBase64url, utf8 } from '../../src/protocol/bytes.ts';
import { createInvite, openInvite } from '../../src/server/invites.ts';
import { START } from './person.ts';

const key = new Uint8Array(32).fill(7);
const invite = { id: 'AAAAAAAAAAAAAAAAAAAAAA', uses: 5, exp: START, stored: 50_000 };
const code = createInvite(invite, key);

test('a code says what it was made with, and passes where it came from only', () => {
  expect(openInvite(code, key)).toEqual(invite);
  const { stored: _stored, ...plain } = invite;
  expect(openInvite(createInvite(plain, key), key)).toEqual(plain);
  expect(() => openInvite(code, new Uint8Array(32).fill(8))).toThrow('not-admitted');
});

test('it fits a header and what a person can paste', () => {
  expect(code).toMatch(/^[\w-]+\.[\w-]{43}$/);
});

const [claims = '', mac = ''] = code.split('.');
const more = toBase64url(utf8(JSON.stringify({ ...invite, uses: 6 })));

test.each([
  ['nothing', ''],
  ['no mac', claims],
  ['an empty mac', `${claims}.`],
  ['other claims', `${more}.${mac}`],
  ['a short mac', `${claims}.${mac.slice(0, 20)}`],
  ['a third part', `${code}.x`],
  ['nonsense', '%%%.%%%'],
  ['far too long', `${claims}.${'A'.repeat(10_000)}`],
  ['signed nonsense', createInvite({ ...invite, uses: -1 }, key)],
])('%s is not admitted', (_what, wrong) => {
  expect(() => openInvite(wrong, key)).toThrow('not-admitted');
});

test('each character counts', () => {
  for (let at = 0; at < code.length; at += 1) {
    const other = code[at] === 'A' ? 'B' : 'A';
    const wrong = code.slice(0, at) + other + code.slice(at + 1);
    expect(() => openInvite(wrong, key)).toThrow('not-admitted');
  }
});
