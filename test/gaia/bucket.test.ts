import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { openBucket } from '../../src/gaia/bucket.ts';
import { utf8 } from '../../src/protocol/bytes.ts';
import type { Fetch } from '../../src/protocol/ports.ts';
import { parsePrivateKey, publicKeyOf } from '../../src/protocol/ids.ts';
import {
  ADDRESS,
  addressOf,
  bearer,
  beginStore,
  freshHub,
  KEY,
  NOW,
  OTHER_KEY,
  read,
  send,
  sign,
} from '../devnet/hub/hub-client.ts';
import { clock, failure, nodeFetch, open, random, sendJson, startRogue } from './world.ts';

const TEXT = { contentType: 'text/plain' };
const CAP = { what: 'file', maxBytes: 1000 };

describe('openBucket', () => {
  test('names the bucket by the hub’s prefix and the key’s address', async () => {
    const hub = await freshHub();
    expect(await open(hub)).toMatchObject({ bucket: `${hub.readPrefix}${ADDRESS}/`, address: ADDRESS });
  });

  test.each([
    ['does not end in a slash', 'https://gaia.example.com/hub'],
    ['is http', 'http://gaia.example.com/hub/'],
    ['has a query', 'https://gaia.example.com/?'],
    ['has a fragment', 'https://gaia.example.com/#/'],
    ['has user info', 'https://u@gaia.example.com/'],
    ['is not in its standard form', 'https://gaia.example.com/a/../'],
    ['is empty', ''],
  ])('refuses a prefix that %s', async (_, prefix) => {
    const hub = await startHubLike(() => undefined, prefix);
    expect(await failure(open(hub))).toMatchObject({ code: 'malformed' });
  });

  test('a hub that redirects, is down or is none', async () => {
    const moved = await startRogue((_, response) =>
      response.writeHead(301, { Location: 'https://x.example/' }).end(),
    );
    expect(await failure(open(moved))).toMatchObject({ code: 'unreachable' });
    const down = await startRogue((_, response) => response.writeHead(503).end());
    expect(await failure(open(down))).toMatchObject({ code: 'unreachable' });
    const other = await startRogue((_, response) => response.writeHead(404).end());
    expect(await failure(open(other))).toMatchObject({ code: 'not-found' });
  });

  test('no hub on loopback without the development switch', async () => {
    const hub = await freshHub();
    const options = { fetch: nodeFetch, hubUrl: hub.origin, privateKey: parsePrivateKey(KEY), clock, random };
    expect(await failure(openBucket(options))).toMatchObject({ code: 'place-forbidden' });
  });
});

describe('put, read and remove at a hub', () => {
  test('a file comes back with the same bytes and ETag', async () => {
    const client = await open(await freshHub());
    const written = await client.put('letterbox/one.bin', Uint8Array.of(0, 255, 10), TEXT);
    expect(written.url).toBe(`${client.bucket}letterbox/one.bin`);
    expect(await client.read('letterbox/one.bin', CAP)).toEqual({
      bytes: Uint8Array.of(0, 255, 10),
      etag: written.etag,
    });
  });

  test('works where the hub insists on hubUrl', async () => {
    const client = await open(await freshHub({ requireHubUrl: true }));
    await expect(client.put('one', utf8('x'), TEXT)).resolves.toMatchObject({
      etag: expect.any(String) as string,
    });
  });

  test('keeps the content type', async () => {
    const hub = await freshHub();
    await (await open(hub)).put('one', utf8('{}'), { contentType: 'application/json' });
    expect((await read(hub, 'one')).headers['content-type']).toBe('application/json');
  });

  test('If-None-Match writes only what is not there, If-Match only over its version', async () => {
    const client = await open(await freshHub());
    const conflict = { code: 'write-conflict', context: { path: 'one', reason: 'changed' } };
    const { etag = '' } = await client.put('one', utf8('a'), { ...TEXT, ifNoneMatch: '*' });
    expect(await failure(client.put('one', utf8('b'), { ...TEXT, ifNoneMatch: '*' }))).toMatchObject(
      conflict,
    );
    expect(await failure(client.put('one', utf8('b'), { ...TEXT, ifMatch: '"other"' }))).toMatchObject(
      conflict,
    );
    expect(await client.read('one', CAP)).toMatchObject({ bytes: utf8('a') });
    await client.put('one', utf8('b'), { ...TEXT, ifMatch: etag });
    expect(await client.read('one', CAP)).toMatchObject({ bytes: utf8('b') });
  });

  test('a write while another is under way is a conflict of the other kind', async () => {
    const hub = await freshHub();
    const client = await open(hub);
    const other = await beginStore(hub, 'one', 5);
    expect(await failure(client.put('one', utf8('x'), TEXT))).toMatchObject({
      code: 'write-conflict',
      context: { path: 'one', reason: 'busy' },
    });
    expect(await other.finish('first')).toBe(202);
    expect(await client.read('one', CAP)).toMatchObject({ bytes: utf8('first') });
  });

  test('removing can be repeated', async () => {
    const client = await open(await freshHub());
    await client.put('one', utf8('x'), TEXT);
    await client.remove('one');
    await client.remove('one');
    expect(await failure(client.read('one', CAP))).toMatchObject({ code: 'not-found' });
  });

  test('a file over the hub’s limit is not even sent', async () => {
    const hub = await startHubLike(() => undefined);
    const big = new Uint8Array(1024 * 1024 + 1);
    const client = await open(hub);
    expect(await failure(client.put('one', big, TEXT))).toMatchObject({
      code: 'too-large',
      context: { what: 'one', limit: 1024 * 1024, size: 1024 * 1024 + 1 },
    });
    expect(hub.seen).toEqual(['GET /hub_info']);
  });

  test('reads no more than it was told to', async () => {
    const client = await open(await freshHub());
    await client.put('one', new Uint8Array(1001), TEXT);
    expect(await failure(client.read('one', CAP))).toMatchObject({
      code: 'too-large',
      context: { size: 1001 },
    });
  });

  test.each(['', '/one', 'one/', 'a//b', '../one', 'a/../b', 'a..b', 'a b', 'a?b', 'a#b', 'a%2eb', 'ä'])(
    'takes no path like %j',
    async (path) => {
      const hub = await startHubLike(() => undefined);
      const client = await open(hub);
      for (const attempt of [
        client.put(path, utf8('x'), TEXT),
        client.remove(path),
        client.read(path, CAP),
      ]) {
        expect(await failure(attempt)).toMatchObject({ code: 'malformed' });
      }
      expect(hub.seen).toEqual(['GET /hub_info']);
    },
  );
});

describe('tokens', () => {
  test('the token of another key does not open the bucket', async () => {
    const hub = await freshHub();
    const client = await open(hub);
    await client.put('one', utf8('x'), TEXT);
    const stranger = await open(hub, { privateKey: parsePrivateKey(OTHER_KEY) });
    expect(stranger.bucket).toBe(`${hub.readPrefix}${addressOf(OTHER_KEY)}/`);
    const answer = await send(hub, `/delete/${ADDRESS}/one`, {
      method: 'DELETE',
      headers: { Authorization: bearer(hub, {}, OTHER_KEY) },
    });
    expect(answer.status).toBe(401);
  });

  test('an association token is passed on and checked by the hub', async () => {
    const hub = await freshHub();
    const good = association(KEY);
    await expect(
      (await open(hub, { associationToken: good })).put('one', utf8('x'), TEXT),
    ).resolves.toBeDefined();
    const bad = await open(hub, { associationToken: association(OTHER_KEY) });
    expect(await failure(bad.put('two', utf8('x'), TEXT))).toMatchObject({ code: 'hub-unauthorized' });
  });

  test('still counts after the user revoked all older ones', async () => {
    const hub = await freshHub();
    const client = await open(hub);
    const revoked = await send(hub, `/revoke-all/${ADDRESS}`, {
      method: 'POST',
      headers: { Authorization: bearer(hub), 'Content-Type': 'application/json' },
      body: JSON.stringify({ oldestValidTimestamp: NOW }),
    });
    expect(revoked.status).toBe(202);
    await expect(client.put('one', utf8('x'), TEXT)).resolves.toBeDefined();
  });

  test('one of a clock that is an hour behind is taken', async () => {
    const client = await open(await freshHub(), { clock: { now: () => (NOW - 3600) * 1000 } });
    await expect(client.put('one', utf8('x'), TEXT)).resolves.toBeDefined();
  });

  test('one of a clock that is hours behind is refused', async () => {
    const client = await open(await freshHub(), { clock: { now: () => (NOW - 4 * 3600) * 1000 } });
    expect(await failure(client.put('one', utf8('x'), TEXT))).toMatchObject({
      code: 'hub-unauthorized',
      context: { status: 401 },
    });
  });

  test('is made anew before it runs out', async () => {
    const time = { now: NOW * 1000 };
    const hub = await freshHub({ now: () => time.now });
    const answers: number[] = [];
    const fetch: Fetch = async (url, init) => {
      const answer = await nodeFetch(url, init);
      answers.push(answer.status);
      return answer;
    };
    const client = await open(hub, { fetch, clock: { now: () => time.now } });
    await client.put('one', utf8('x'), TEXT);
    time.now += 3_601_000; // the hub would not take the first one any more
    await client.put('two', utf8('x'), TEXT);
    expect(answers).toEqual([200, 202, 202]);
  });

  test('after a 401 the hub is asked once more what it wants', async () => {
    const hub = await startHubLike((request, response) => {
      const { gaiaChallenge } = claimsOf(request);
      if (gaiaChallenge === challengeOf('second')) sendJson(response, 202, { etag: 'e' });
      else {
        hub.challenge = challengeOf('second');
        sendJson(response, 401, { error: 'ValidationError', message: 'no' });
      }
    });
    const client = await open(hub);
    await expect(client.put('one', utf8('x'), TEXT)).resolves.toMatchObject({ etag: 'e' });
    expect(hub.seen.map((line) => line.split('/')[1])).toEqual(['hub_info', 'store', 'hub_info', 'store']);
  });
});

describe('refusals', () => {
  const cases = [
    [400, { code: 'hub-refused', context: { status: 400, problem: 'SomeError' } }],
    [401, { code: 'hub-unauthorized', context: { status: 401 } }],
    [402, { code: 'hub-refused', context: { status: 402, problem: 'SomeError' } }],
    [403, { code: 'hub-refused', context: { status: 403, problem: 'SomeError' } }],
    [409, { code: 'write-conflict', context: { path: 'one', reason: 'busy' } }],
    [412, { code: 'write-conflict', context: { path: 'one', reason: 'changed' } }],
    [413, { code: 'too-large', context: { what: 'one', limit: 1024 * 1024 } }],
    [429, { code: 'hub-refused', context: { status: 429, problem: 'SomeError' } }],
    [500, { code: 'unreachable', context: { problem: 'status 500' } }],
    [503, { code: 'unreachable', context: { problem: 'status 503' } }],
  ] as const;

  test.each(cases)('%i', async (status, error) => {
    const hub = await startHubLike((_, response) =>
      sendJson(response, status, { error: 'SomeError', message: 'x' }),
    );
    const client = await open(hub);
    expect(await failure(client.put('one', utf8('x'), TEXT))).toMatchObject(error);
    expect(await failure(client.remove('one'))).toMatchObject(error);
  });

  test('429 says when to come back', async () => {
    const hub = await startHubLike((_, response) => response.writeHead(429, { 'Retry-After': '17' }).end());
    expect(await failure((await open(hub)).put('one', utf8('x'), TEXT))).toMatchObject({
      context: { status: 429, problem: 'unnamed', after: 17 },
    });
  });

  test.each(['not JSON', '{"error":"<script>"}', '{"error":7}', '[]'])(
    'a refusal of %s is unnamed',
    async (body) => {
      const hub = await startHubLike((_, response) =>
        response.writeHead(403, { 'Retry-After': 'soon' }).end(body),
      );
      expect((await failure((await open(hub)).put('one', utf8('x'), TEXT))).context).toEqual({
        status: 403,
        problem: 'unnamed',
      });
    },
  );

  test.each([
    ['malformed', 'not JSON'],
    ['malformed', '{"etag":7}'],
    ['too-large', `{"etag":"${'x'.repeat(20_000)}"}`],
  ])('%s: a success that says %.20s', async (code, body) => {
    const hub = await startHubLike((_, response) => response.writeHead(202).end(body));
    expect(await failure((await open(hub)).put('one', utf8('x'), TEXT))).toMatchObject({ code });
  });

  test('a redirect of a write is not followed', async () => {
    const hub = await startHubLike((_, response) =>
      response.writeHead(307, { Location: '/elsewhere' }).end(),
    );
    const client = await open(hub);
    expect(await failure(client.put('one', utf8('x'), TEXT))).toMatchObject({ code: 'unreachable' });
    expect(hub.seen).toEqual(['GET /hub_info', `POST /store/${ADDRESS}/one`]);
  });
});

/** A hub that answers `/hub_info` properly and all else as the test says. */
async function startHubLike(
  handle: (request: IncomingMessage, response: ServerResponse) => unknown,
  prefix?: string,
): Promise<{ origin: string; seen: string[]; challenge: string }> {
  const state = { challenge: challengeOf('first') };
  const rogue = await startRogue((request, response) => {
    const info = {
      challenge_text: hub.challenge,
      latest_auth_version: 'v1',
      max_file_upload_size_megabytes: 1,
      read_url_prefix: prefix ?? `${rogue.origin}/read/`,
    };
    if (request.url === '/hub_info') sendJson(response, 200, info);
    else handle(request, response);
  });
  const hub = Object.assign(state, rogue);
  return hub;
}

function challengeOf(server: string): string {
  return JSON.stringify(['gaiahub', '0', server, 'blockstack_storage_please_sign']);
}

function claimsOf(request: IncomingMessage): Record<string, unknown> {
  const [, payload = ''] = (request.headers.authorization ?? '').split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
}

/** Some identity's word that the app key is one of its own. */
function association(appKey: string): string {
  const iss = publicKeyOf(parsePrivateKey(OTHER_KEY));
  return sign({ iss, childToAssociate: publicKeyOf(parsePrivateKey(appKey)), exp: NOW + 60 }, OTHER_KEY);
}
