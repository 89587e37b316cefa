import { AuthorizationError, ConnectionError, TimeoutError } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { parseNatsUrl } from '../../../../src/server/stores/nats/place.ts';
import { refusalOf, unreachable } from '../../../../src/server/stores/nats/refusals.ts';

const plain = parseNatsUrl('nats://a.example,b.example');
const encrypted = parseNatsUrl('tls://a.example,b.example');
const failure = (code: string): Error => Object.assign(new Error('failed'), { code });

test.each([
  ['nobody listens', failure('ECONNREFUSED')],
  ['a connection that is cut', failure('ECONNRESET')],
  ['a node that is busy', new AuthorizationError('Authentication Timeout')],
  ['no answer', new TimeoutError()],
  ['what is no error', undefined],
])('%s may pass', (_what, error) => {
  expect(refusalOf(error, encrypted, {})).toBe(undefined);
});

test.each([
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'not trusted: say --store-ca FILE'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'not trusted: say --store-ca FILE'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'not trusted: say --store-ca FILE'],
  ['CERT_UNTRUSTED', 'not trusted: say --store-ca FILE'],
  ['CERT_HAS_EXPIRED', 'has expired'],
  ['CERT_NOT_YET_VALID', 'is not valid yet'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'names none of the hosts'],
])('a certificate with %s does not pass, and says what to do', (code, words) => {
  expect(refusalOf(failure(code), encrypted, {})).toContain(words);
  expect(refusalOf(failure(code), plain, {})).toContain('say tls://');
});

test.each([
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'say --store-cert FILE', 'NATS refuses the certificate of'],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'say --store-cert FILE', 'NATS refuses the certificate of'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'say --store-cert FILE', 'NATS refuses the certificate of'],
  ['ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED', 'say --store-cert FILE', 'has expired'],
])('a node that says %s does not let this server pass', (code, without, withOne) => {
  expect(refusalOf(failure(code), encrypted, {})).toContain(without);
  expect(refusalOf(failure(code), encrypted, { cert: '/own.pem' })).toContain(withOne);
});

test('silence without TLS may be of a node that wants it before a word is said', () => {
  const said = (place: typeof plain, cause: Error): string => unreachable(place, cause).message;
  const refused = new ConnectionError('connection refused', { cause: failure('ECONNREFUSED') });
  const why = 'no NATS server answers at a.example:4222, b.example:4222';
  expect(said(plain, new TimeoutError())).toContain('tls://');
  expect(said(plain, new ConnectionError('hung up'))).toContain('tls://');
  expect(said(encrypted, new TimeoutError())).toBe(`${why}: timeout`);
  expect(said(plain, refused)).toBe(`${why}: connection refused`);
});
