import { expect, test } from 'vitest';
import { parseNatsUrl } from '../../../../src/server/stores/nats/place.ts';

test('a list of hosts, each with its port or the usual one, and a name for the store', () => {
  expect(parseNatsUrl('nats://a.example,b.example:5222,[::1]:6222/post')).toEqual({
    servers: ['a.example:4222', 'b.example:5222', '[::1]:6222'],
    tls: false,
    prefix: 'post',
  });
});

test('a user, and an encrypted connection', () => {
  expect(parseNatsUrl('tls://letter%40box:pass%3Aword@a.example')).toEqual({
    servers: ['a.example:4222'],
    tls: true,
    prefix: 'letterbox',
    user: 'letter@box',
    pass: 'pass:word',
  });
  expect(parseNatsUrl('nats://token@a.example/')).toMatchObject({ user: 'token', prefix: 'letterbox' });
});

test.each([
  'a.example:4222',
  'http://a.example',
  'nats://',
  'nats://a b',
  'nats://a.example/with.dot',
  'nats://a.example/with/slash',
  'nats://a.example:port',
  'nats://a.example,,b.example',
])('%s is refused', (url) => {
  expect(() => parseNatsUrl(url)).toThrow('--store');
});
