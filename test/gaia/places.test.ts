import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPublicHost, requirePublicPlace } from '../../src/gaia/places.ts';
import { isLetterboxError } from '../../src/protocol/errors.ts';
import { allowLoopback } from '../../src/protocol/ids.ts';
import { outcomeOf } from './world.ts';

const SWITCH = { [allowLoopback]: true };

describe('requirePublicPlace', () => {
  test.each([
    'https://gaia.example.com/hub/',
    'https://gaia.example.com:8443/x',
    'https://8.8.8.8/',
    'https://[2606:4700::1111]/',
    'https://localhost.example.com/',
  ])('lets %s through', (url) => {
    expect(requirePublicPlace(url).href).toBe(new URL(url).href);
  });

  test.each([
    ['no URL', 'not a url'],
    ['http', 'http://gaia.example.com/'],
    ['another scheme', 'ftp://gaia.example.com/'],
    ['a file', 'file:///etc/passwd'],
    ['a data URL', 'data:text/plain,x'],
    ['user info', 'https://user:pass@gaia.example.com/'],
    ['localhost', 'https://localhost/'],
    ['localhost with a dot', 'https://localhost./'],
    ['localhost in capitals', 'https://LOCALHOST/'],
    ['a name under localhost', 'https://app.localhost/'],
    ['loopback', 'https://127.0.0.1/'],
    ['loopback, elsewhere in its net', 'https://127.1.2.3/'],
    ['loopback as a number', 'https://2130706433/'],
    ['loopback in hex', 'https://0x7f.1/'],
    ['loopback in octal', 'https://0177.0.0.1/'],
    ['this host', 'https://0.0.0.0/'],
    ['private 10', 'https://10.0.0.1/'],
    ['private 172.16', 'https://172.31.255.255/'],
    ['private 192.168', 'https://192.168.0.1/'],
    ['shared', 'https://100.64.0.1/'],
    ['link-local and metadata', 'https://169.254.169.254/'],
    ['benchmarking', 'https://198.18.0.1/'],
    ['multicast', 'https://224.0.0.1/'],
    ['broadcast', 'https://255.255.255.255/'],
    ['IPv6 loopback', 'https://[::1]/'],
    ['IPv6 unspecified', 'https://[::]/'],
    ['IPv6 private', 'https://[fd00::1]/'],
    ['IPv6 link-local', 'https://[fe80::1]/'],
    ['IPv6 site-local', 'https://[fec0::1]/'],
    ['v4-mapped loopback', 'https://[::ffff:127.0.0.1]/'],
    ['v4-mapped public', 'https://[::ffff:8.8.8.8]/'],
    ['v4-compatible loopback', 'https://[::127.0.0.1]/'],
    ['NAT64 loopback', 'https://[64:ff9b::7f00:1]/'],
    ['6to4 private', 'https://[2002:a00:1::]/'],
  ])('refuses %s', (_, url) => {
    expect(() => requirePublicPlace(url)).toThrow(expect.objectContaining({ code: 'place-forbidden' }));
  });

  test('never repeats user info in its error', () => {
    expect(() => requirePublicPlace('https://user:secret@gaia.example.com/')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') as string }),
    );
  });

  test('the development switch lets http and https on loopback through', () => {
    for (const url of [
      'http://127.0.0.1:3000/x',
      'http://localhost:3000/',
      'http://[::1]:3000/',
      'https://127.0.0.1/',
    ]) {
      expect(requirePublicPlace(url, SWITCH).href).toBe(url);
    }
  });

  test.each([
    'http://192.168.0.1/',
    'https://192.168.0.1/',
    'http://gaia.example.com/',
    'ftp://127.0.0.1/',
    'http://u:p@127.0.0.1/',
  ])('the development switch does not open %s', (url) => {
    expect(() => requirePublicPlace(url, SWITCH)).toThrow(
      expect.objectContaining({ code: 'place-forbidden' }),
    );
  });

  test('any text is either let through as https or refused', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.ipV4().map((ip) => `https://${ip}/`),
        ),
        (text) => {
          const outcome = outcomeOf(() => requirePublicPlace(text).protocol);
          expect(outcome === 'https:' || isLetterboxError(outcome, 'place-forbidden')).toBe(true);
        },
      ),
    );
  });

  test('every IPv4 address maps to a refusal when written as IPv6', () => {
    fc.assert(
      fc.property(fc.ipV4(), (ip) => {
        expect(isPublicHost(new URL(`https://[::ffff:${ip}]/`).hostname)).toBe(false);
      }),
    );
  });
});
