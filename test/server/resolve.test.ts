import { readFile } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import { createResolve } from '../../src/server/resolve.ts';
import { startNameServer } from './name-server.ts';

const FOREVER = new AbortController().signal;

test('a name has the addresses of both families, or of the one that it has', async () => {
  const { servers } = await startNameServer((name) =>
    name.startsWith('both')
      ? { A: ['192.0.2.1', '192.0.2.2'], AAAA: ['2001:db8:0:0:0:0:0:1'] }
      : { AAAA: ['2001:db8:0:0:0:0:0:2'] },
  );
  const resolve = createResolve(servers);
  expect(await resolve('both.example', FOREVER)).toEqual([
    { address: '192.0.2.1', family: 4 },
    { address: '192.0.2.2', family: 4 },
    { address: '2001:db8::1', family: 6 },
  ]);
  expect(await resolve('six.example', FOREVER)).toEqual([{ address: '2001:db8::2', family: 6 }]);
});

test('a name that is not there, or without an address, is an error', async () => {
  const { servers } = await startNameServer((name) => (name.startsWith('empty') ? {} : 'no such name'));
  await expect(createResolve(servers)('nowhere.example', FOREVER)).rejects.toThrow('ENOTFOUND');
  await expect(createResolve(servers)('empty.example', FOREVER)).rejects.toThrow('ENODATA');
});

test('it is asked anew each time', async () => {
  const { servers } = await startNameServer((_name, asked) => ({ A: [`192.0.2.${asked + 1}`] }));
  const resolve = createResolve(servers);
  const [first] = await resolve('hub.example', FOREVER);
  const [second] = await resolve('hub.example', FOREVER);
  expect(second?.address).not.toBe(first?.address);
});

test('loopback is this machine’s own word', async () => {
  const { servers, asked } = await startNameServer(() => ({ A: ['192.0.2.1'] }));
  const addresses = await createResolve(servers)('localhost', FOREVER);
  expect(addresses.map(({ address }) => address)).toContain('127.0.0.1');
  expect(asked).toEqual([]);
});

test('names whose name server is silent keep nobody waiting, and are given up with the signal', async () => {
  const { servers, asked } = await startNameServer((name) =>
    name.startsWith('silent') ? 'nothing' : { A: ['192.0.2.1'] },
  );
  const [resolve, giveUp] = [createResolve(servers), new AbortController()];
  let waiting = 64;
  const silent = Array.from({ length: waiting }, async (_, n) => {
    await expect(resolve(`silent-${n}.example`, giveUp.signal)).rejects.toThrow('ECANCELLED');
    waiting -= 1;
  });
  await vi.waitFor(() => expect(new Set(asked).size).toBe(64));
  expect(await resolve('hub.example', FOREVER)).toEqual([{ address: '192.0.2.1', family: 4 }]);
  expect((await readFile(import.meta.filename)).length).toBeGreaterThan(0); // by one of the process's four threads
  expect(waiting).toBe(64);
  giveUp.abort();
  await Promise.all(silent);
});
