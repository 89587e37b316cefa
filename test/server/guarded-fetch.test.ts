import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { readBody } from '../../src/gaia/body.ts';
import { allowLoopback } from '../../src/protocol/ids.ts';
import { createGuardedFetch, type GuardedFetchOptions } from '../../src/server/guarded-fetch.ts';
import { createResolve } from '../../src/server/resolve.ts';
import { codeOf } from '../contracts/store/fixtures.ts';
import { createTime } from './harness.ts';
import { startNameServer } from './name-server.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A server on loopback that does as it likes; `seen` are the requests that reached it, `open` its connections. */
async function startHostile(handle: Handler) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url ?? '');
    handle(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const open = () =>
    new Promise<number>((resolve, reject) => {
      server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
    });
  return { url: `http://127.0.0.1:${port}/`, port, seen, open };
}

function guarded(options: Partial<GuardedFetchOptions> = {}) {
  return createGuardedFetch({ [allowLoopback]: true, clock: createTime().clock, ...options });
}

/** Reads to the end, as the look-ups do. */
async function read(url: string, options: Partial<GuardedFetchOptions> = {}): Promise<string> {
  const response = await guarded(options)(url);
  return Buffer.from(await readBody(response, { what: 'answer', maxBytes: 1024 * 1024 })).toString();
}

const nameOf = (failing: Promise<unknown>): Promise<unknown> =>
  failing.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.name : error),
  );

test('an answer comes through, with its headers', async () => {
  const { url, seen } = await startHostile((request, response) => {
    response.writeHead(200, { ETag: '"1"', 'X-Asked': request.headers['accept-encoding'] }).end('a record');
  });
  const response = await guarded()(`${url}a/b?c`, { headers: { 'X-One': '1' } });
  expect([response.status, response.headers.get('etag'), response.headers.get('X-Asked')]).toEqual([
    200,
    '"1"',
    'identity',
  ]);
  expect(response.headers.get('nothing')).toBeNull();
  expect(Buffer.from(await readBody(response, { what: 'answer', maxBytes: 100 })).toString()).toBe(
    'a record',
  );
  expect(seen).toEqual(['/a/b?c']);
});

describe('places that are not asked', () => {
  const addresses = [
    'http://hub.example/',
    'https://user@hub.example/',
    'https://localhost/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0.0.0.0/',
    'https://10.1.2.3/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.0.1/',
    'https://192.0.0.192/',
    'https://198.18.0.1/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::]/',
    'https://[::1]/',
    'https://[fe80::1]/',
    'https://[fd00:ec2::254]/',
    'https://[ff02::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:8.8.8.8]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'ftp://hub.example/',
    'not a url',
  ];
  const nobody = vi.fn<() => Promise<never>>();
  for (const url of addresses) {
    test(`${url}: place-forbidden`, async () => {
      const fetch = createGuardedFetch({ clock: createTime().clock, resolve: nobody });
      expect(await codeOf(fetch(url))).toBe('place-forbidden');
      expect(nobody).not.toHaveBeenCalled();
    });
  }

  test('anything but a GET', async () => {
    const { url, seen } = await startHostile((_, response) => response.end());
    expect(await codeOf(guarded()(url, { method: 'POST' }))).toBe('place-forbidden');
    expect(seen).toEqual([]);
  });
});

describe('a name', () => {
  const resolving = (...addresses: string[]) => ({
    resolve: () =>
      Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))),
  });

  for (const address of [
    '127.0.0.1',
    '10.0.0.1',
    '169.254.169.254',
    '100.100.100.200',
    '::1',
    '::ffff:10.0.0.1',
    '::127.0.0.1',
    'fd00:ec2::254',
    'fe80::1%eth0',
    'nonsense',
  ]) {
    test(`that leads to ${address} is refused, with the development switch too`, async () => {
      expect(await codeOf(guarded(resolving(address))('https://hub.example/'))).toBe('place-forbidden');
    });
  }

  test('is refused where only one of its addresses is private', async () => {
    const addresses = resolving('93.184.216.34', '2606:2800:220:1::1', '10.0.0.1');
    expect(await codeOf(guarded(addresses)('https://hub.example/'))).toBe('place-forbidden');
  });

  test('is resolved once: what the name server says after the check changes nothing', async () => {
    const { port, seen } = await startHostile((_, response) => response.end('inside'));
    const answers = [[{ address: '127.0.0.1', family: 4 }], [{ address: '10.0.0.1', family: 4 }]];
    const resolve = vi.fn<() => Promise<{ address: string; family: number }[]>>(() =>
      Promise.resolve(answers.shift() ?? []),
    );
    expect(await read(`http://localhost:${port}/`, { resolve })).toBe('inside');
    expect(resolve).toHaveBeenCalledTimes(1);
    expect(seen).toHaveLength(1);
  });

  test('is connected to where the check looked, not where the system would', async () => {
    const { port, seen } = await startHostile((_, response) => response.end());
    // 192.0.2.1 is for documentation: reserved, so it has to be refused, though localhost itself would answer.
    const elsewhere = resolving('192.0.2.1');
    expect(await codeOf(guarded(elsewhere)(`http://localhost:${port}/`))).toBe('place-forbidden');
    expect(seen).toEqual([]);
  });

  test('without an address, or that cannot be resolved, is not reached', async () => {
    expect(await nameOf(guarded(resolving())('https://hub.example/'))).toBe('Error');
    const broken = { resolve: () => Promise.reject(new Error('SERVFAIL')) };
    expect(await nameOf(guarded(broken)('https://hub.example/'))).toBe('Error');
  });

  test('of loopback needs the development switch', async () => {
    const { port, seen } = await startHostile((_, response) => response.end());
    const fetch = createGuardedFetch({ clock: createTime().clock });
    expect(await codeOf(fetch(`http://localhost:${port}/`))).toBe('place-forbidden');
    expect(await codeOf(fetch(`https://localhost.:${port}/`))).toBe('place-forbidden');
    expect(seen).toEqual([]);
  });
});

describe('an answer that', () => {
  test('sends elsewhere is not followed', async () => {
    const { url, seen } = await startHostile((_, response) =>
      response.writeHead(302, { Location: '/inside' }).end(),
    );
    expect(await codeOf(guarded()(url))).toBe('place-forbidden');
    expect(seen).toEqual(['/']);
  });

  test('announces more than 64 KiB is not read', async () => {
    const { url, open } = await startHostile((_, response) => {
      response.writeHead(200, { 'Content-Length': 64 * 1024 + 1 });
      response.write('x');
    });
    expect(await codeOf(guarded()(url))).toBe('too-large');
    await vi.waitFor(async () => expect(await open()).toBe(0));
  });

  test('does not end is cut at 64 KiB, and its connection closed', async () => {
    const { url, open } = await startHostile((_, response) => {
      const more = (): void => {
        if (response.write(Buffer.alloc(8192))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    });
    expect(await codeOf(read(url))).toBe('too-large');
    await vi.waitFor(async () => expect(await open()).toBe(0));
  });

  test('is exactly 64 KiB is read', async () => {
    const { url } = await startHostile((_, response) => response.end(Buffer.alloc(64 * 1024, 'x')));
    expect(await read(url)).toHaveLength(64 * 1024);
  });

  test('never comes is given up', async () => {
    const { url, open } = await startHostile(() => undefined);
    expect(await nameOf(read(url, { timeout: 100 }))).toBe('TimeoutError');
    await vi.waitFor(async () => expect(await open()).toBe(0));
  });

  test('drips is given up: the time is for the whole', async () => {
    const { url, open } = await startHostile((_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('x'), 5);
      response.once('close', () => clearInterval(drip));
    });
    expect(await nameOf(read(url, { timeout: 150 }))).toBe('TimeoutError');
    await vi.waitFor(async () => expect(await open()).toBe(0));
  });

  test('is never read does not hold its connection', async () => {
    const { url, open } = await startHostile((_, response) => response.writeHead(200).write('x'));
    expect((await guarded({ timeout: 100 })(url)).status).toBe(200);
    await vi.waitFor(async () => expect(await open()).toBe(0));
  });

  test('breaks off is an error', async () => {
    const { url } = await startHostile((_, response) => {
      response.writeHead(200, { 'Content-Length': 100 });
      response.write('x', () => response.destroy());
    });
    expect(await nameOf(read(url))).toBe('Error');
  });

  test('is not HTTP is an error', async () => {
    const { url } = await startHostile((request) => request.socket.end('hello\r\n\r\n'));
    expect(await nameOf(read(url))).toBe('Error');
  });

  test('is not wanted any more is given up', async () => {
    const { url, open } = await startHostile(() => undefined);
    const giveUp = new AbortController();
    const pending = nameOf(guarded()(url, { signal: giveUp.signal }));
    await vi.waitFor(async () => expect(await open()).toBe(1));
    giveUp.abort();
    expect(await pending).toBe('AbortError');
    await vi.waitFor(async () => expect(await open()).toBe(0));
  });
});

describe('a name server over the network', () => {
  test('that leads inside is not followed, be it by one of its answers only', async () => {
    const { servers } = await startNameServer((name) =>
      name.startsWith('inside')
        ? { A: ['10.0.0.1'] }
        : { A: ['93.184.216.34'], AAAA: ['0:0:0:0:0:ffff:7f00:1'] },
    );
    const resolve = createResolve(servers);
    expect(await codeOf(guarded({ resolve })('https://inside.example/'))).toBe('place-forbidden');
    expect(await codeOf(guarded({ resolve })('https://both.example/'))).toBe('place-forbidden');
  });

  test('that is silent is given up in time, and asked no more', async () => {
    const { servers, asked } = await startNameServer(() => 'nothing');
    const fetching = guarded({ resolve: createResolve(servers), timeout: 100 })('https://hub.example/');
    expect(await nameOf(fetching)).toBe('TimeoutError');
    expect(asked).toEqual(['hub.example', 'hub.example']); // for an address of each family
  });
});

test('a resolver that hangs is given up', async () => {
  const resolve = () => Promise.withResolvers<never>().promise;
  expect(await nameOf(guarded({ resolve, timeout: 50 })('https://hub.example/'))).toBe('TimeoutError');
});

describe('one host is asked', () => {
  test('by two at once, and by the next as soon as one is done', async () => {
    const waiting: ServerResponse[] = [];
    const { url, seen } = await startHostile((_, response) => waiting.push(response));
    const fetch = guarded();
    const both = [fetch(url), fetch(url)];
    await vi.waitFor(() => expect(waiting).toHaveLength(2));
    expect(await codeOf(fetch(url))).toBe('lookup-busy');
    waiting[0]?.end('ok');
    await readBody(await Promise.race(both), { what: 'answer', maxBytes: 10 });
    await vi.waitFor(() => {
      const third = fetch(url);
      third.catch((error: unknown) => error); // it is busy until the first is closed
      expect(seen.length).toBeGreaterThan(2);
    });
  });

  test('thirty times a minute, whatever came of it', async () => {
    const time = createTime();
    const { url, seen } = await startHostile((_, response) => response.writeHead(500).end());
    const fetch = guarded({ clock: time.clock });
    for (let n = 0; n < 30; n += 1) await readBody(await fetch(url), { what: 'answer', maxBytes: 10 });
    expect(await codeOf(fetch(url))).toBe('lookup-busy');
    expect(seen).toHaveLength(30);
    time.pass(60);
    expect((await fetch(url)).status).toBe(500);
  });
});
