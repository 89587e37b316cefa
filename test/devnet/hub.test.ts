import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Hub } from '../../src/devnet/hub.ts';
import {
  ADDRESS,
  beginStore,
  bearer,
  errorName,
  freshHub,
  NOW,
  read,
  send,
  store,
} from './hub/hub-client.ts';
import type { Reply } from './hub/hub-client.ts';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

describe('hub_info', () => {
  test.each(['/hub_info', '/hub_info/'])('%s says what clients need to make tokens', async (path) => {
    const hub = await freshHub({ maxMegabytes: 7 });
    const reply = await send(hub, path);
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.body)).toEqual({
      challenge_text: '["gaiahub","0","letterbox-devnet","blockstack_storage_please_sign"]',
      latest_auth_version: 'v1',
      max_file_upload_size_megabytes: 7,
      read_url_prefix: `${hub.origin}/reader/`,
    });
  });
});

describe('storing and reading', () => {
  test('202 with public URL and ETag; the reader gives back content, type, length and ETag', async () => {
    const hub = await freshHub();
    const reply = await store(hub, 'notes/one.txt', 'hello');
    expect(reply.status).toBe(202);
    const url = `${hub.readPrefix}${ADDRESS}/notes/one.txt`;
    expect(JSON.parse(reply.body)).toEqual({ publicURL: url, etag: md5('hello') });

    const got = await read(hub, 'notes/one.txt');
    expect(got).toMatchObject({ status: 200, body: 'hello' });
    expect(got.headers).toMatchObject({
      'content-type': 'text/plain',
      'content-length': '5',
      etag: md5('hello'),
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'ETag',
    });
  });

  test('HEAD gives the headers without the content', async () => {
    const hub = await freshHub();
    await store(hub, 'one', 'hello');
    const got = await read(hub, 'one', { method: 'HEAD' });
    expect(got).toMatchObject({ status: 200, body: '' });
    expect(got.headers).toMatchObject({ 'content-length': '5', etag: md5('hello') });
  });

  test('a read ignores If-None-Match', async () => {
    const hub = await freshHub();
    await store(hub, 'one', 'hello');
    expect(await read(hub, 'one', { headers: { 'If-None-Match': md5('hello') } })).toMatchObject({
      status: 200,
    });
  });

  test('a missing file is 404', async () => {
    const hub = await freshHub();
    expect(await read(hub, 'none')).toMatchObject({ status: 404, body: 'File not found' });
  });

  test('without a content type it is application/octet-stream', async () => {
    const hub = await freshHub();
    await send(hub, `/store/${ADDRESS}/one`, {
      method: 'POST',
      headers: { Authorization: bearer(hub) },
      body: 'x',
    });
    expect((await read(hub, 'one')).headers).toMatchObject({ 'content-type': 'application/octet-stream' });
  });

  test('a file and a folder may have the same name, and a path may hold any letters', async () => {
    const hub = await freshHub();
    await store(hub, 'a', 'file');
    await store(hub, 'a/b', 'below');
    await store(hub, encodeURIComponent('Grüße an Bob?.txt'), 'words');
    expect((await read(hub, 'a')).body).toBe('file');
    expect((await read(hub, 'a/b')).body).toBe('below');
    expect((await read(hub, encodeURIComponent('Grüße an Bob?.txt'))).body).toBe('words');
  });

  test('files are there after a restart', async () => {
    const first = await freshHub();
    await store(first, 'one', 'hello');
    const second = await freshHub({ dataDir: first.dataDir });
    expect((await read(second, 'one')).body).toBe('hello');
  });
});

describe('deleting', () => {
  test('202, and the file is gone; again it is 404', async () => {
    const hub = await freshHub();
    await store(hub, 'one', 'hello');
    const init = { method: 'DELETE', headers: { Authorization: bearer(hub) } };
    expect(await send(hub, `/delete/${ADDRESS}/one`, init)).toMatchObject({ status: 202, body: '' });
    expect(await read(hub, 'one')).toMatchObject({ status: 404 });
    const again = await send(hub, `/delete/${ADDRESS}/one`, init);
    expect([again.status, errorName(again)]).toEqual([404, 'DoesNotExist']);
  });

  test('401 without a token, and the file stays', async () => {
    const hub = await freshHub();
    await store(hub, 'one', 'hello');
    expect(await send(hub, `/delete/${ADDRESS}/one`, { method: 'DELETE' })).toMatchObject({ status: 401 });
    expect(await read(hub, 'one')).toMatchObject({ status: 200 });
  });
});

describe('preconditions', () => {
  test.each([
    ['If-None-Match: * on an existing file', { 'If-None-Match': '*' }],
    ['If-Match with another ETag', { 'If-Match': md5('other') }],
    ['If-None-Match that is not *', { 'If-None-Match': md5('hello') }],
    ['both at once', { 'If-Match': md5('hello'), 'If-None-Match': '*' }],
  ])('412 for %s', async (_case, headers) => {
    const hub = await freshHub();
    await store(hub, 'one', 'hello');
    const reply = await store(hub, 'one', 'changed', headers);
    expect([reply.status, errorName(reply)]).toEqual([412, 'PreconditionFailedError']);
    expect((await read(hub, 'one')).body).toBe('hello');
  });

  test('412 names the ETag that the file has', async () => {
    const hub = await freshHub();
    await store(hub, 'one', 'hello');
    const reply = await store(hub, 'one', 'changed', { 'If-None-Match': '*' });
    expect(JSON.parse(reply.body)).toMatchObject({ etag: md5('hello') });
  });

  test('If-Match on a file that is not there is 412', async () => {
    const hub = await freshHub();
    expect(await store(hub, 'one', 'hello', { 'If-Match': md5('hello') })).toMatchObject({ status: 412 });
  });

  test('those that hold let the write pass', async () => {
    const hub = await freshHub();
    expect(await store(hub, 'one', 'hello', { 'If-None-Match': '*' })).toMatchObject({ status: 202 });
    expect(await store(hub, 'one', 'second', { 'If-Match': md5('hello') })).toMatchObject({ status: 202 });
    expect(await store(hub, 'one', 'third', { 'If-Match': '*' })).toMatchObject({ status: 202 });
    expect((await read(hub, 'one')).body).toBe('third');
  });
});

describe('concurrent writes', () => {
  test('while one request writes a path, store and delete of it are 409 and of others pass', async () => {
    const hub = await freshHub();
    const slow = await beginStore(hub, 'one', 5);

    const second = await store(hub, 'one', 'second');
    expect([second.status, errorName(second)]).toEqual([409, 'ConflictError']);
    const init = { method: 'DELETE', headers: { Authorization: bearer(hub) } };
    expect(await send(hub, `/delete/${ADDRESS}/one`, init)).toMatchObject({ status: 409 });
    expect(await store(hub, 'two', 'second')).toMatchObject({ status: 202 });

    expect(await slow.finish('first')).toBe(202);
    expect((await read(hub, 'one')).body).toBe('first');
    expect(await store(hub, 'one', 'third')).toMatchObject({ status: 202 });
  });
});

describe('size', () => {
  test('413 by Content-Length, before the body is read', async () => {
    const hub = await freshHub({ maxMegabytes: 1 });
    const reply = await store(hub, 'big', Buffer.alloc(1024 * 1024 + 1));
    expect([reply.status, errorName(reply)]).toEqual([413, 'PayloadTooLargeError']);
    expect(await store(hub, 'big', Buffer.alloc(1024 * 1024))).toMatchObject({ status: 202 });
  });

  test('413 for a body that does not say how long it is', async () => {
    const hub = await freshHub({ maxMegabytes: 1 });
    const reply = await store(hub, 'big', Buffer.alloc(1024 * 1024 + 1), { 'Transfer-Encoding': 'chunked' });
    expect(reply.status).toBe(413);
    expect(await read(hub, 'big')).toMatchObject({ status: 404 });
  });
});

describe('hostile paths', () => {
  test.each([
    '../escape',
    'a/../../escape',
    '..%2f..%2fescape',
    '%2e%2e/%2e%2e/escape',
    'a..b',
    '%00',
    'line%0Abreak',
    'x'.repeat(4097),
    'd/'.repeat(100) + 'deep',
    'folder//',
  ])('%s is 403, and nothing is written', async (path) => {
    const hub = await freshHub();
    const reply = await store(hub, path, 'x');
    expect([reply.status, errorName(reply)]).toEqual([403, 'BadPathError']);
    expect(await readdir(join(hub.dataDir))).toEqual([]);
    expect(await readdir(join(hub.dataDir, '..'))).not.toContain('escape');
  });

  test('a broken escape is 400', async () => {
    const hub = await freshHub();
    expect(await store(hub, '%E0%A4%A', 'x')).toMatchObject({ status: 400 });
  });

  test('a deletion with dots is 403', async () => {
    const hub = await freshHub();
    const init = { method: 'DELETE', headers: { Authorization: bearer(hub) } };
    expect(await send(hub, `/delete/${ADDRESS}/../x`, init)).toMatchObject({ status: 403 });
  });

  test('a read with dots is 400, of a bucket that is none 404', async () => {
    const hub = await freshHub();
    expect(await read(hub, '../../../etc/passwd')).toMatchObject({ status: 400 });
    expect(await read(hub, '%2e%2e%2f%2e%2e%2fetc/passwd')).toMatchObject({ status: 400 });
    expect(await send(hub, '/reader/%2e%2e/etc/passwd')).toMatchObject({ status: 404 });
    expect(await send(hub, '/reader/../etc/passwd')).toMatchObject({ status: 404 });
  });

  test('a path may look absolute and still stays inside', async () => {
    const hub = await freshHub();
    expect(await store(hub, '/etc/passwd', 'mine')).toMatchObject({ status: 202 });
    expect((await read(hub, '/etc/passwd')).body).toBe('mine');
  });
});

const list = (hub: Hub, body: string): Promise<Reply> =>
  send(hub, `/list-files/${ADDRESS}`, { method: 'POST', headers: { Authorization: bearer(hub) }, body });

describe('list-files', () => {
  test('202 with the paths; with stat, what is known of each', async () => {
    const hub = await freshHub();
    await store(hub, 'b', 'two');
    await store(hub, 'a/x', 'one');
    const plain = await list(hub, '{"page":null}');
    expect(plain.status).toBe(202);
    expect(JSON.parse(plain.body)).toEqual({ entries: ['a/x', 'b'], page: null });
    const stat = JSON.parse((await list(hub, '{"stat":true}')).body) as { entries: unknown[] };
    expect(stat.entries[1]).toEqual({
      name: 'b',
      exists: true,
      etag: md5('two'),
      contentLength: 3,
      contentType: 'text/plain',
      lastModifiedDate: NOW,
    });
  });

  test('an empty bucket has no entries', async () => {
    const hub = await freshHub();
    expect(JSON.parse((await list(hub, '')).body)).toEqual({ entries: [], page: null });
  });

  test('more than a hundred come in pages', async () => {
    const hub = await freshHub();
    for (let i = 0; i < 101; i += 1) await store(hub, `f${String(i).padStart(3, '0')}`, 'x');
    const first = JSON.parse((await list(hub, '{}')).body) as { entries: string[]; page: string };
    expect([first.entries.length, first.page]).toEqual([100, '1']);
    const last = JSON.parse((await list(hub, JSON.stringify({ page: first.page }))).body) as unknown;
    expect(last).toEqual({ entries: ['f100'], page: null });
  });

  test('400 for a body that is no JSON object or a page that is no number, 413 for a long one, 401 for no token', async () => {
    const hub = await freshHub();
    expect(await list(hub, '{')).toMatchObject({ status: 400 });
    expect(await list(hub, '[]')).toMatchObject({ status: 400 });
    expect(await list(hub, '{"page":"x"}')).toMatchObject({ status: 400 });
    expect(await list(hub, JSON.stringify({ page: 'x'.repeat(5000) }))).toMatchObject({ status: 413 });
    expect(await send(hub, `/list-files/${ADDRESS}`, { method: 'POST', body: '{}' })).toMatchObject({
      status: 401,
    });
  });
});

describe('cross-origin', () => {
  test('a preflight allows the headers that hub clients send', async () => {
    const hub = await freshHub();
    const reply = await send(hub, `/store/${ADDRESS}/one`, {
      method: 'OPTIONS',
      headers: { Origin: 'http://app.test' },
    });
    expect(reply.status).toBe(204);
    expect(reply.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'Authorization, Content-Type, If-Match, If-None-Match',
      'access-control-allow-methods': 'GET, HEAD, POST, DELETE',
    });
  });

  test('refusals carry the CORS headers too, so that a page can read them', async () => {
    const hub = await freshHub();
    const reply = await send(hub, `/store/${ADDRESS}/one`, { method: 'POST' });
    expect(reply).toMatchObject({ status: 401, headers: { 'access-control-allow-origin': '*' } });
  });

  test('a host name that is not loopback is refused', async () => {
    const hub = await freshHub();
    expect(await send(hub, '/hub_info', { headers: { Host: 'evil.example' } })).toMatchObject({
      status: 421,
    });
  });

  test.each([
    ['GET', '/'],
    ['POST', '/hub_info'],
    ['PUT', `/store/${ADDRESS}/x`],
    ['DELETE', `/store/${ADDRESS}/x`],
    ['POST', `/delete/${ADDRESS}/x`],
    ['POST', `/store/${ADDRESS}/`],
    ['POST', '/store/not-an-address/x'],
  ])('%s %s is 404', async (method, path) => {
    const hub = await freshHub();
    expect(await send(hub, path, { method, headers: { Authorization: bearer(hub) } })).toMatchObject({
      status: 404,
    });
  });
});
