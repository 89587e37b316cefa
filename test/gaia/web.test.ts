import { describe, expect, test } from 'vitest';
import { readFile } from '../../src/gaia/files.ts';
import { request, withTimeout } from '../../src/gaia/web.ts';
import { failure, nodeFetch, startRogue, web } from './world.ts';

const ASKED = { what: 'thing', maxBytes: 1000 };

describe('request', () => {
  test('reads a body up to the cap', async () => {
    const { origin } = await startRogue((_, response) => response.end('x'.repeat(1000)));
    expect((await request(web, `${origin}/`, ASKED)).body).toHaveLength(1000);
  });

  test('refuses a longer body by its Content-Length, before it comes', async () => {
    const { origin } = await startRogue((_, response) => {
      response.writeHead(200, { 'Content-Length': 1001 }).flushHeaders(); // and not a byte of the body, ever
    });
    expect(await failure(request(web, `${origin}/`, ASKED))).toMatchObject({
      code: 'too-large',
      context: { what: 'thing', limit: 1000, size: 1001 },
    });
  });

  test('stops reading a body without end', async () => {
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    const { origin } = await startRogue((_, response) => {
      const pour = (): void => {
        while (!response.destroyed && response.write('x'.repeat(1000)));
      };
      response.on('drain', pour).on('close', close);
      pour();
    });
    expect(await failure(request(web, `${origin}/`, ASKED))).toMatchObject({ code: 'too-large' });
    await closed; // the other side was told to stop
  });

  test('an unpacked body counts, not the packed one', async () => {
    const { gzipSync } = await import('node:zlib');
    const { origin } = await startRogue((_, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('x'.repeat(100_000)));
    });
    expect(await failure(request(web, `${origin}/`, ASKED))).toMatchObject({ code: 'too-large' });
  });

  test('cuts the body of a refusal instead', async () => {
    const { origin } = await startRogue((_, response) => response.writeHead(500).end('x'.repeat(100_000)));
    const { status, body } = await request(web, `${origin}/`, ASKED);
    expect({ status, size: body.length <= 4096 }).toEqual({ status: 500, size: true });
  });

  test('follows no redirect', async () => {
    const { origin, seen } = await startRogue((_, response) =>
      response.writeHead(302, { Location: '/other' }).end(),
    );
    expect(await failure(request(web, `${origin}/`, ASKED))).toMatchObject({ code: 'unreachable' });
    expect(seen).toEqual(['GET /']);
  });

  test('sends no cookie, referrer or cache, and says so to any fetch', async () => {
    const inits: unknown[] = [];
    const fetch: typeof nodeFetch = (url, init) => {
      inits.push(init);
      return nodeFetch(url, init);
    };
    const { origin } = await startRogue((_, response) => response.end());
    await request({ ...web, fetch }, `${origin}/`, ASKED);
    expect(inits).toEqual([
      {
        method: 'GET',
        redirect: 'error',
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
        cache: 'no-store',
      },
    ]);
  });

  test('asks no forbidden place', async () => {
    const { origin, seen } = await startRogue((_, response) => response.end());
    expect(await failure(request({ fetch: nodeFetch }, `${origin}/`, ASKED))).toMatchObject({
      code: 'place-forbidden',
    });
    expect(seen).toEqual([]);
  });

  test('a dropped connection is unreachable', async () => {
    const { origin } = await startRogue((_, response) => response.socket?.destroy());
    expect(await failure(request(web, `${origin}/`, ASKED))).toMatchObject({
      code: 'unreachable',
      context: { url: `${origin}/`, problem: 'network' },
    });
  });

  test('a body that breaks off is unreachable, not short', async () => {
    const { origin } = await startRogue((_, response) => {
      response.writeHead(200, { 'Content-Length': 100 }).write('x', () => {
        response.socket?.destroy();
      });
    });
    expect(await failure(request(web, `${origin}/`, ASKED))).toMatchObject({ code: 'unreachable' });
  });

  test('an error of the fetch itself is not renamed when it is one of ours', async () => {
    const { LetterboxError } = await import('../../src/protocol/errors.ts');
    const ours = new LetterboxError('place-forbidden', {
      url: 'x',
      problem: 'resolved to a private address',
    });
    const refusing = { fetch: () => Promise.reject(ours) };
    expect(await failure(request(refusing, 'https://gaia.example.com/', ASKED))).toBe(ours);
  });
});

describe('withTimeout', () => {
  /** Times out when the test says so. */
  function deadline() {
    const controller = new AbortController();
    const expire = (): void => controller.abort(new DOMException('late', 'TimeoutError'));
    return { expire, fetch: withTimeout(nodeFetch, () => controller.signal) };
  }

  test('ends a request that is never answered', async () => {
    const { expire, fetch } = deadline();
    const { origin } = await startRogue(expire);
    expect(await failure(request({ ...web, fetch }, `${origin}/`, ASKED))).toMatchObject({
      code: 'unreachable',
      context: { problem: 'timeout' },
    });
  });

  test('ends a body that trickles', async () => {
    const { expire, fetch } = deadline();
    const { origin } = await startRogue((_, response) => response.write('x', expire));
    expect(await failure(request({ ...web, fetch }, `${origin}/`, ASKED))).toMatchObject({
      code: 'unreachable',
      context: { problem: 'timeout' },
    });
  });

  test('leaves the caller’s own signal in force', async () => {
    const { fetch } = deadline();
    const controller = new AbortController();
    const { origin } = await startRogue(() => controller.abort());
    const asked = request({ ...web, fetch, signal: controller.signal }, `${origin}/`, ASKED);
    expect(await failure(asked)).toMatchObject({ code: 'unreachable', context: { problem: 'aborted' } });
  });
});

describe('readFile', () => {
  test('gives bytes and ETag', async () => {
    const { origin } = await startRogue((_, response) =>
      response.writeHead(200, { ETag: '"one"' }).end('text'),
    );
    expect(await readFile(web, `${origin}/`, ASKED)).toEqual({
      bytes: new TextEncoder().encode('text'),
      etag: '"one"',
    });
  });

  test('has no ETag where there is none', async () => {
    const { origin } = await startRogue((_, response) => response.end('text'));
    expect(await readFile(web, `${origin}/`, ASKED)).not.toHaveProperty('etag');
  });

  test.each([
    [404, 'not-found'],
    [403, 'unreachable'],
    [500, 'unreachable'],
    [206, 'unreachable'],
    [204, 'unreachable'],
  ])('status %i is %s', async (status, code) => {
    const { origin } = await startRogue((_, response) => response.writeHead(status).end());
    expect(await failure(readFile(web, `${origin}/`, ASKED))).toMatchObject({ code });
  });
});
