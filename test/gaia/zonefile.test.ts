import { makeProfileZoneFile } from '@stacks/profile';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { profileUrlIn, profileUrlOf } from '../../src/gaia/zonefile.ts';

const PROFILE = 'https://gaia.example.com/hub/1J3PUxY5uDShUnHRrMyU6yKtoHEUPhKULs/profile.json';

describe('profileUrlOf', () => {
  test('reads what stock @stacks/profile writes', () => {
    expect(profileUrlOf(makeProfileZoneFile('alice.id.blockstack', PROFILE))).toBe(PROFILE);
  });

  test.each([
    ['one line', `$ORIGIN alice.id\n$TTL 3600\n_http._tcp URI 10 1 "${PROFILE}"\n`],
    ['https', `$ORIGIN alice.id\n$TTL 3600\n_https._tcp URI 10 1 "${PROFILE}"`],
    ['a ttl', `_http._tcp 3600 URI 10 1 "${PROFILE}"`],
    ['a class', `_http._tcp IN URI 10 1 "${PROFILE}"`],
    ['no quotes', `_http._tcp URI 10 1 ${PROFILE}`],
    ['tabs', `\t_http._tcp\tURI\t10\t1\t"${PROFILE}"\t`],
    ['Windows line ends', `$TTL 3600\r\n_http._tcp URI 10 1 "${PROFILE}"\r\n`],
    ['a comment', `; the profile\n_http._tcp URI 10 1 "${PROFILE}" ; here\n`],
    ['no scheme', `_http._tcp URI 10 1 "${PROFILE.slice('https://'.length)}"`],
    ['a record of another service before it', `_sip._tcp URI 10 1 "sip:x"\n_http._tcp URI 10 1 "${PROFILE}"`],
    [
      'a second one after it',
      `_http._tcp URI 10 1 "${PROFILE}"\n_http._tcp URI 10 1 "https://other.example/"`,
    ],
  ])('with %s', (_, zonefile) => {
    expect(profileUrlOf(zonefile)).toBe(PROFILE);
  });

  test.each([
    ['nothing', ''],
    ['no URI', '$ORIGIN alice.id\n$TTL 3600\n'],
    ['another service', `_sip._tcp URI 10 1 "${PROFILE}"`],
    ['a URI in a text record', `_http._tcp TXT "URI 10 1 ${PROFILE}"`],
    ['a URI that is commented out', `;_http._tcp URI 10 1 "${PROFILE}"`],
    ['no weight', `_http._tcp URI 10 "${PROFILE}"`],
    ['an empty target', '_http._tcp URI 10 1 ""'],
    ['a target with spaces', '_http._tcp URI 10 1 "https://a b/"'],
    ['JSON of BNSv2', '{"owner":"SP000000000000000000002Q6VF78","btc":"x"}'],
    ['JSON of the first years', '{"v":"0.2","name":{"formatted":"Alice"}}'],
  ])('none in %s', (_, zonefile) => {
    expect(profileUrlOf(zonefile)).toBeUndefined();
  });

  test('leaves another scheme to whoever fetches it to refuse', () => {
    expect(profileUrlOf('_http._tcp URI 10 1 "ftp://gaia.example.com/x"')).toBe('ftp://gaia.example.com/x');
  });

  test('any profile URL comes back from a stock zonefile', () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ['https', 'http'], withQueryParameters: true }), (url) => {
        fc.pre(!/[;{}$]|:.*:\/\//.test(url)); // stock writers and readers have other plans for these
        expect(profileUrlOf(makeProfileZoneFile('alice.id', url))).toBe(
          /^https?:\/\/[^/]+$/.test(url) ? `${url}/` : url,
        );
      }),
    );
  });

  test('any text has an answer, the longest in no time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(['string', 'undefined']).toContain(typeof profileUrlOf(text));
      }),
    );
    for (const text of [
      `_http._tcp ${' '.repeat(40_000)}x`,
      `_http._tcp URI 10 1 ${'x'.repeat(40_000)}"x`,
      ' ;'.repeat(20_000),
    ]) {
      expect(profileUrlOf(text)).toBeUndefined();
    }
  });
});

describe('profileUrlIn', () => {
  test.each([
    ['a text zonefile', makeProfileZoneFile('alice.btc', PROFILE)],
    ['the url of a JSON one', { owner: 'SP1', general: '', url: PROFILE, subdomains: {} }],
  ])('reads %s', (_, zonefile) => {
    expect(profileUrlIn(zonefile)).toBe(PROFILE);
  });

  test.each([[undefined], [null], [{}], [[]], [7], [{ url: 7 }], [{ url: 'https://alice.example/' }], ['']])(
    'finds none in %j',
    (zonefile) => {
      expect(profileUrlIn(zonefile)).toBeUndefined();
    },
  );
});
