import { describe, expect, test } from 'vitest';
import { getPublicKeyFromPrivate } from '@stacks/encryption';
import type { Hub } from '../../../src/devnet/hub.ts';
import {
  ADDRESS,
  addressOf,
  bearer,
  errorName,
  freshHub,
  goodClaims,
  KEY,
  NOW,
  OTHER_KEY,
  read,
  send,
  sign,
  store,
} from './hub-client.ts';

const CHILD = getPublicKeyFromPrivate(KEY);
const PARENT = getPublicKeyFromPrivate(OTHER_KEY);

/** Stores a file under the header and gives the status and the error's name. */
async function outcome(hub: Hub, authorization: string, path = 'one'): Promise<unknown[]> {
  const reply = await store(hub, path, 'x', { Authorization: authorization });
  return reply.status === 202 ? [202] : [reply.status, errorName(reply)];
}

const association = (changed: Record<string, unknown> = {}, key = OTHER_KEY): string =>
  sign({ childToAssociate: CHILD, iss: PARENT, exp: NOW + 60, iat: NOW, salt: '00', ...changed }, key);

/** A token with the signature of one and the claims of another. */
const withClaimsChanged = (hub: Hub): string => {
  const signature = bearer(hub).split('.')[2] ?? '';
  return bearer(hub, { salt: 'ff' }).replace(/[^.]+$/, signature);
};

describe('a token', () => {
  test('that is as it should be passes', async () => {
    const hub = await freshHub();
    expect(await outcome(hub, bearer(hub))).toEqual([202]);
    expect(await outcome(hub, bearer(hub).replace('bearer', 'Bearer'))).toEqual([202]);
    expect(await outcome(hub, bearer(hub, { exp: undefined, iat: undefined }))).toEqual([202]);
    expect(await outcome(hub, bearer(hub, { hubUrl: `${hub.origin}/` }))).toEqual([202]);
    expect(await outcome(hub, bearer(hub, { associationToken: association() }))).toEqual([202]);
  });

  const refused: [string, (hub: Hub) => string][] = [
    ['that is missing', () => ''],
    ['of another scheme', (hub) => bearer(hub).replace('bearer', 'basic')],
    ['of another version', (hub) => bearer(hub).replace('v1:', 'v2:')],
    ['without a version', (hub) => bearer(hub).replace('v1:', '')],
    ['that is no JWT', () => 'bearer v1:abc'],
    ['whose payload is not JSON', () => 'bearer v1:e30.Zm9v.c2ln'],
    ['without an issuer', (hub) => bearer(hub, { iss: undefined })],
    ['whose issuer is not a key', (hub) => bearer(hub, { iss: 'zz' })],
    ['by the key of another bucket', (hub) => bearer(hub, { iss: PARENT }, OTHER_KEY)],
    ['signed by another key than its issuer', (hub) => bearer(hub, {}, OTHER_KEY)],
    ['whose payload was changed', withClaimsChanged],
    ['for another challenge', (hub) => bearer(hub, { gaiaChallenge: '["gaiahub","0","elsewhere","x"]' })],
    ['without a challenge', (hub) => bearer(hub, { gaiaChallenge: undefined })],
    ['for another hub', (hub) => bearer(hub, { hubUrl: 'https://hub.example' })],
    ['that has expired', (hub) => bearer(hub, { exp: NOW - 1 })],
    ['whose expiry is no number', (hub) => bearer(hub, { exp: 'later' })],
    ['whose scopes are no list', (hub) => bearer(hub, { scopes: {} })],
    ['with an unknown scope', (hub) => bearer(hub, { scopes: [{ scope: 'fly', domain: '' }] })],
    ['with an inherited scope', (hub) => bearer(hub, { scopes: [{ scope: 'toString', domain: '' }] })],
    [
      'with too many scopes',
      (hub) =>
        bearer(hub, { scopes: Array.from({ length: 9 }, () => ({ scope: 'putFile', domain: 'one' })) }),
    ],
    [
      'with an association for another key',
      (hub) => bearer(hub, { associationToken: association({ childToAssociate: PARENT }) }),
    ],
    [
      'with an association by nobody',
      (hub) => bearer(hub, { associationToken: association({ iss: undefined }) }),
    ],
    [
      'with an association of nobody',
      (hub) => bearer(hub, { associationToken: association({ childToAssociate: undefined }) }),
    ],
    [
      'with an association that does not expire',
      (hub) => bearer(hub, { associationToken: association({ exp: undefined }) }),
    ],
    [
      'with an association that has expired',
      (hub) => bearer(hub, { associationToken: association({ exp: NOW - 1 }) }),
    ],
    [
      'with an association signed by another',
      (hub) => bearer(hub, { associationToken: association({}, KEY) }),
    ],
    ['with an association that is no JWT', (hub) => bearer(hub, { associationToken: 'x' })],
  ];

  test.each(refused)('%s is 401', async (_case, make) => {
    const hub = await freshHub();
    expect(await outcome(hub, make(hub))).toEqual([401, 'ValidationError']);
    expect(await read(hub, 'one')).toMatchObject({ status: 404 });
  });

  test('need not name its hub, unless the hub asks for it', async () => {
    const lenient = await freshHub();
    expect(await outcome(lenient, bearer(lenient, { hubUrl: undefined }))).toEqual([202]);
    const strict = await freshHub({ requireHubUrl: true });
    expect(await outcome(strict, bearer(strict, { hubUrl: undefined }))).toEqual([401, 'ValidationError']);
    expect(await outcome(strict, bearer(strict))).toEqual([202]);
  });
});

const remove = (hub: Hub, path: string, authorization: string) =>
  send(hub, `/delete/${ADDRESS}/${path}`, { method: 'DELETE', headers: { Authorization: authorization } });

describe('scopes limit their own verb only', () => {
  test('putFile and putFilePrefix', async () => {
    const hub = await freshHub();
    const scoped = bearer(hub, {
      scopes: [
        { scope: 'putFile', domain: 'exact' },
        { scope: 'putFilePrefix', domain: 'folder/' },
      ],
    });
    expect(await outcome(hub, scoped, 'exact')).toEqual([202]);
    expect(await outcome(hub, scoped, 'folder/x')).toEqual([202]);
    expect(await outcome(hub, scoped, 'exactly')).toEqual([401, 'ValidationError']);
    await store(hub, 'other', 'x');
    expect(await remove(hub, 'other', scoped)).toMatchObject({ status: 202 });
    const headers = { Authorization: scoped };
    expect(await send(hub, `/list-files/${ADDRESS}`, { method: 'POST', headers, body: '{}' })).toMatchObject({
      status: 202,
    });
  });

  test('deleteFile and deleteFilePrefix', async () => {
    const hub = await freshHub();
    const scoped = bearer(hub, {
      scopes: [
        { scope: 'deleteFile', domain: 'exact' },
        { scope: 'deleteFilePrefix', domain: 'folder/' },
      ],
    });
    for (const path of ['exact', 'folder/x', 'other']) await store(hub, path, 'x');
    expect(await remove(hub, 'exact', scoped)).toMatchObject({ status: 202 });
    expect(await remove(hub, 'folder/x', scoped)).toMatchObject({ status: 202 });
    expect(await remove(hub, 'other', scoped)).toMatchObject({ status: 401 });
    expect(await outcome(hub, scoped, 'anything')).toEqual([202]);
  });

  test('putFileArchival keeps earlier versions and refuses other files', async () => {
    const hub = await freshHub();
    const scoped = bearer(hub, { scopes: [{ scope: 'putFileArchival', domain: 'folder/log' }] });
    await store(hub, 'folder/log', 'first', { Authorization: scoped });
    await store(hub, 'folder/log', 'second', { Authorization: scoped });
    expect(await outcome(hub, scoped, 'folder/other')).toEqual([401, 'ValidationError']);
    expect((await read(hub, 'folder/log')).body).toBe('second');
    const headers = { Authorization: bearer(hub) };
    const listed = await send(hub, `/list-files/${ADDRESS}`, { method: 'POST', headers, body: '{}' });
    const { entries } = JSON.parse(listed.body) as { entries: string[] };
    expect(entries).toEqual([expect.stringMatching(/^folder\/\.history\.\d+\..*\.log$/), 'folder/log']);
    expect((await read(hub, String(entries[0]))).body).toBe('first');
  });
});

const revoke = (hub: Hub, body: string, authorization = bearer(hub)) =>
  send(hub, `/revoke-all/${ADDRESS}`, { method: 'POST', headers: { Authorization: authorization }, body });

describe('revocation', () => {
  test('tokens issued before the timestamp, or without iat, are 401 for every verb; newer ones pass', async () => {
    const hub = await freshHub();
    const reply = await revoke(hub, JSON.stringify({ oldestValidTimestamp: NOW }));
    expect(reply).toMatchObject({ status: 202, body: '{"status":"success"}' });

    const old = bearer(hub, { iat: NOW - 1 });
    expect(await outcome(hub, old)).toEqual([401, 'AuthTokenTimestampValidationError']);
    expect(await outcome(hub, bearer(hub, { iat: undefined }))).toEqual([
      401,
      'AuthTokenTimestampValidationError',
    ]);
    const headers = { Authorization: old };
    for (const [method, path] of [
      ['DELETE', `/delete/${ADDRESS}/one`],
      ['POST', `/list-files/${ADDRESS}`],
    ] as const) {
      expect(await send(hub, path, { method, headers })).toMatchObject({ status: 401 });
    }
    expect(await outcome(hub, bearer(hub, { iat: NOW }))).toEqual([202]);
  });

  test('the timestamp is readable beside the bucket, and only ever rises', async () => {
    const hub = await freshHub();
    await revoke(hub, JSON.stringify({ oldestValidTimestamp: NOW }));
    await revoke(hub, JSON.stringify({ oldestValidTimestamp: NOW - 100 }));
    expect(await send(hub, `/reader/${ADDRESS}-auth/authTimestamp`)).toMatchObject({
      status: 200,
      body: String(NOW),
    });
  });

  test('leaves other buckets alone', async () => {
    const hub = await freshHub();
    await revoke(hub, JSON.stringify({ oldestValidTimestamp: NOW }));
    const claims = { ...goodClaims(hub, OTHER_KEY), iat: NOW - 1 };
    const other = await send(hub, `/store/${addressOf(OTHER_KEY)}/x`, {
      method: 'POST',
      headers: { Authorization: `bearer v1:${sign(claims, OTHER_KEY)}` },
      body: 'x',
    });
    expect(other.status).toBe(202);
  });

  test.each([
    '{}',
    '{"oldestValidTimestamp":"soon"}',
    '{"oldestValidTimestamp":-1}',
    '{"oldestValidTimestamp":0}',
    'x',
  ])('%s is 400', async (body) => {
    const hub = await freshHub();
    expect(await revoke(hub, body)).toMatchObject({ status: 400 });
  });

  test('is for the bucket’s own key', async () => {
    const hub = await freshHub();
    const body = JSON.stringify({ oldestValidTimestamp: NOW });
    expect(await revoke(hub, body, bearer(hub, { iss: PARENT }, OTHER_KEY))).toMatchObject({ status: 401 });
    expect(await send(hub, `/reader/${ADDRESS}-auth/authTimestamp`)).toMatchObject({ status: 404 });
  });
});
