import { describe, expect, test } from 'vitest';
import { callerAddress, networkOf, parseTrustedProxies } from '../../src/server/network.ts';

describe('networkOf', () => {
  test.each([
    ['192.0.2.7', '192.0.2.250'],
    ['::ffff:192.0.2.7', '192.0.2.8'],
    ['2001:db8:1:2::1', '2001:db8:1:ffff::9'],
  ])('%s and %s are one network', (one, other) => {
    expect(networkOf(one)).toBe(networkOf(other));
  });

  test.each([
    ['192.0.2.7', '192.0.3.7'],
    ['2001:db8:1::1', '2001:db8:2::1'],
    ['192.0.2.7', 'not an address'],
  ])('%s and %s are two', (one, other) => {
    expect(networkOf(one)).not.toBe(networkOf(other));
  });
});

describe('callerAddress', () => {
  const ours = parseTrustedProxies('127.0.0.1, 10.0.0.0/8,2001:db8::/32');

  test.each([
    ['nobody of ours: what it says does not count', '198.51.100.1', '203.0.113.5', '198.51.100.1'],
    ['our proxy says nothing', '127.0.0.1', undefined, '127.0.0.1'],
    ['our proxy’s word', '127.0.0.1', '203.0.113.5', '203.0.113.5'],
    ['our proxy over v6', '::ffff:127.0.0.1', '203.0.113.5', '203.0.113.5'],
    ['what the caller itself put before it', '127.0.0.1', '6.6.6.6, 203.0.113.5', '203.0.113.5'],
    ['two of ours in a row', '127.0.0.1', '6.6.6.6, 203.0.113.5, 10.1.2.3', '203.0.113.5'],
    ['a bracketed one with a port', '127.0.0.1', '[2001:4860::8]:443', '2001:4860::8'],
    ['one with a port', '127.0.0.1', '203.0.113.5:4711', '203.0.113.5'],
    ['nonsense ends it', '127.0.0.1', '6.6.6.6, unknown, 10.1.2.3', '10.1.2.3'],
  ])('%s', (_what, peer, forwarded, expected) => {
    expect(callerAddress(peer, forwarded, ours)).toBe(expected);
  });
});

test('no list trusts nobody', () => {
  expect(parseTrustedProxies('')('127.0.0.1')).toBe(false);
});
