import type { PrivateKey } from '../../../src/protocol/ids.ts';
import { alice, app, bob, now, server } from '../people.ts';
import { forge } from '../forge.ts';

const header = { alg: 'ES256K', typ: 'letterbox-record+jwt' };
const claims = {
  iss: alice.publicKey,
  address: alice.address,
  bucket: alice.bucket,
  app,
  name: alice.name,
  servers: [{ type: 'letterbox', url: server }],
  accept: { maxBytes: 262144, unknown: 'request' },
  seq: now * 1000,
  iat: now,
  exp: now + 90 * 86_400,
};

const file = (token: unknown, extra: object = {}): string => JSON.stringify({ version: 1, token, ...extra });
const signed = (change: object, key: PrivateKey = alice.privateKey): string =>
  file(forge({ header, claims: { ...claims, ...change }, key }));
const without = (member: string): string => signed({ [member]: undefined });
const headed = (value: object | string): string => file(forge({ header: value, claims, key: alice.privateKey }));
const text = JSON.stringify(claims);

/** Section 2: record files, each with the place that it was read from and the answer. */
export function recordVectors() {
  const good = forge({ header, claims, key: alice.privateKey });
  const [h, p, s] = good.split('.') as [string, string, string];
  return {
    section: 'docs/protocol.md#2',
    now,
    place: alice.bucket,
    accepted: [
      { name: 'as an agent writes it', file: signed({}), seq: claims.seq },
      { name: 'no name, no servers', file: signed({ name: undefined, servers: [] }), seq: claims.seq },
      { name: 'unknown members are ignored', file: signed({ later: { x: 1.5 } }), seq: claims.seq },
      { name: 'a server of a type from the future is left out', file: signed({ servers: [{ type: 'pigeon' }] }), seq: claims.seq },
      { name: 'header members in the other order', file: headed({ typ: header.typ, alg: header.alg }), seq: claims.seq },
      { name: 'white space in the header', file: headed(`{ "alg": "ES256K",\n "typ": "${header.typ}" }`), seq: claims.seq },
    ],
    refused: [
      { name: 'larger than 16 KiB', code: 'too-large', file: file(good, { pad: 'x'.repeat(16 * 1024) }) },
      { name: 'not JSON', code: 'malformed', file: '{' },
      { name: 'a list', code: 'malformed', file: '[]' },
      { name: 'version 2', code: 'malformed', file: JSON.stringify({ version: 2, token: good }) },
      { name: 'version written as a fraction', code: 'malformed', file: `{"version":1.0,"token":"${good}"}` },
      { name: 'version written with an exponent', code: 'malformed', file: `{"version":1e0,"token":"${good}"}` },
      { name: 'two tokens', code: 'malformed', file: `{"version":1,"token":"${good}","token":"${good}"}` },
      { name: 'two tokens, one spelled with an escape', code: 'malformed', file: `{"version":1,"token":"${good}","\\u0074oken":"x"}` },
      { name: 'a token that is an object', code: 'malformed', file: file({ header: [], payload: p, signature: [] }) },
      { name: 'two parts', code: 'malformed', file: file(`${h}.${p}`) },
      { name: 'four parts', code: 'malformed', file: file(`${good}.${s}`) },
      { name: 'padded signature', code: 'malformed', file: file(`${good}==`) },
      { name: 'alg none', code: 'malformed', file: headed({ ...header, alg: 'none' }) },
      { name: 'alg ES256', code: 'malformed', file: headed({ ...header, alg: 'ES256' }) },
      { name: 'typ of a pointer', code: 'malformed', file: headed({ ...header, typ: 'letterbox-pointer+jwt' }) },
      { name: 'no typ', code: 'malformed', file: headed({ alg: 'ES256K' }) },
      { name: 'crit', code: 'malformed', file: headed({ ...header, crit: [] }) },
      { name: 'kid', code: 'malformed', file: headed({ ...header, kid: '1' }) },
      { name: 'alg twice', code: 'malformed', file: headed(`{"alg":"ES256K","alg":"ES256K","typ":"${header.typ}"}`) },
      { name: 'a claim twice', code: 'malformed', file: file(forge({ header, claims: text.replace('{', `{"seq":1,`), key: alice.privateKey })) },
      { name: 'high S', code: 'malformed', file: file(forge({ header, claims, key: alice.privateKey, highS: true })) },
      { name: 'signature of 63 bytes', code: 'malformed', file: file(`${h}.${p}.${s.slice(0, 84)}`) },
      { name: 'iss in upper case', code: 'malformed', file: signed({ iss: alice.publicKey.toUpperCase() }) },
      { name: 'iss uncompressed', code: 'malformed', file: signed({ iss: `04${'11'.repeat(64)}` }) },
      ...['iss', 'address', 'bucket', 'app', 'servers', 'accept', 'seq', 'iat', 'exp'].map((member) => ({
        name: `no ${member}`,
        code: 'malformed',
        file: without(member),
      })),
      { name: 'accept.unknown of another word', code: 'malformed', file: signed({ accept: { maxBytes: 1, unknown: 'ask' } }) },
      { name: 'accept.maxBytes negative', code: 'malformed', file: signed({ accept: { maxBytes: -1, unknown: 'request' } }) },
      { name: 'seq beyond 2^53−1', code: 'malformed', file: file(forge({ header, claims: text.replace(/"seq":\d+/, '"seq":9007199254740992'), key: alice.privateKey })) },
      { name: 'seq as a string', code: 'malformed', file: signed({ seq: String(claims.seq) }) },
      { name: 'letterbox server with a path', code: 'malformed', file: signed({ servers: [{ type: 'letterbox', url: `${server}/` }] }) },
      { name: 'letterbox server over http', code: 'malformed', file: signed({ servers: [{ type: 'letterbox', url: 'http://post.example' }] }) },
      { name: 'signature by nobody', code: 'signature-invalid', file: file(forge({ header, claims, key: alice.privateKey, flipSignature: true })) },
      { name: "another's signature over her claims", code: 'signature-invalid', file: signed({}, bob.privateKey) },
      { name: "another's key and signature", code: 'key-mismatch', file: signed({ iss: bob.publicKey }, bob.privateKey) },
      { name: "another's address", code: 'key-mismatch', file: signed({ address: bob.address }) },
      { name: "another's bucket", code: 'key-mismatch', file: signed({ bucket: bob.bucket }) },
      { name: 'a copy elsewhere', code: 'record-place', file: signed({ bucket: `https://elsewhere.example/${alice.address}/` }) },
      { name: 'expired', code: 'record-expired', file: signed({ exp: now, iat: now - 1000 }) },
      { name: 'exp not after iat', code: 'record-expired', file: signed({ exp: now + 10, iat: now + 10 }) },
      { name: 'longer than 100 days', code: 'record-expired', file: signed({ exp: now + 100 * 86_400 + 1 }) },
      { name: 'iat more than 600 seconds ahead', code: 'record-expired', file: signed({ iat: now + 601 }) },
      { name: 'seq more than ten minutes ahead', code: 'record-future', file: signed({ seq: (now + 600) * 1000 + 1 }) },
    ],
    pins: [
      { name: 'newer', pinned: { seq: claims.seq - 1, token: 'x' }, file: signed({}), code: null },
      { name: 'the same', pinned: { seq: claims.seq, token: good }, file: file(good), code: null },
      { name: 'older', pinned: { seq: claims.seq + 1, token: 'x' }, file: signed({}), code: 'record-rollback' },
      { name: 'equal with other bytes', pinned: { seq: claims.seq, token: 'x' }, file: signed({}), code: 'record-conflict' },
    ],
  };
}
