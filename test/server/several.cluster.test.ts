import { describe, expect, test } from 'vitest';
import { isThere, newStoreUrl } from './nats/store.ts';
import { deliveryId, type Person } from './person.ts';
import { call, launch, listAll, runToEnd, sendBody, settle, start, type Target } from './process.ts';
import { subscribe } from './subscriber.ts';

/** Several `letterbox-server` processes in front of one cluster. */

const STORE = ['--unknown-per-inbox', '1000', '--store'];

/** Processes over one store, all standing for the first one's URL. */
async function several(count: number, ...args: string[]) {
  const store = newStoreUrl();
  const first = await start(0, ...STORE, store, ...args);
  const others = await Promise.all(
    Array.from({ length: count - 1 }, () => start(0, ...STORE, store, '--origin', first.url, ...args)),
  );
  const servers = [first, ...others];
  const targets = servers.map(({ url }): Target => ({ url, origin: first.url }));
  return { store, servers, targets, origin: first.url };
}

const sends = async (at: Target, alice: Person, bob: Person, seed: string): Promise<number> =>
  (await call(at, alice, bob, 'send', '/messages', sendBody(seed))).status;

describe.skipIf(!isThere)('several server processes', () => {
  test('are one: what is sent to one is listed at another, and a socket at a third hears of it', async () => {
    const { targets, origin } = await several(3);
    const [one, two, three] = targets as [Target, Target, Exclude<Target, string>];
    const { alice, bob } = await settle(origin);
    const socket = await subscribe(three, bob);
    expect(await sends(one, alice, bob, 'one')).toBe(201);
    expect(await listAll(two, bob)).toEqual([deliveryId('one')]);
    await socket.hears('hint', 1);
    expect(await sends(two, alice, bob, 'one')).toBe(200);
    expect(await sends(two, alice, bob, 'two')).toBe(201);
    await socket.hears('hint', 2);
    socket.close();
  });

  test('kill -9 of one under load loses nothing that was acknowledged, and the others go on', async () => {
    const { servers, targets, origin } = await several(3, '--rate-per-inbox', '0', '--rate-per-network', '0');
    const { alice, bob } = await settle(origin);
    const acknowledged = new Set<string>();
    let sent = 0;
    const hand = async (index: number): Promise<void> => {
      while (acknowledged.size < 90) {
        sent += 1;
        const seed = `letter ${sent}`;
        const status = await sends(targets[index] as Target, alice, bob, seed).catch(() => 'none');
        if (status === 'none') return; // its server is dead
        expect(status).toBe(201);
        acknowledged.add(deliveryId(seed));
        if (acknowledged.size === 30) servers[1]?.child.kill('SIGKILL');
      }
    };
    await Promise.all([0, 1, 2, 0, 1, 2].map(hand));
    expect(await servers[1]?.ended).toMatchObject({ signal: 'SIGKILL' });
    const listed = await listAll(targets[2] as Target, bob);
    expect(new Set(listed).size).toBe(listed.length);
    expect([...acknowledged].filter((id) => !listed.includes(id))).toEqual([]);
  }, 90_000);

  test('say how they are: ready, and what the store takes', async () => {
    const { servers } = await several(1);
    const url = servers[0]?.url ?? '';
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const page = await (await fetch(`${url}/metrics`)).text();
    expect(Number(/^letterbox_store_bytes (\d+)/m.exec(page)?.[1])).toBeGreaterThan(0);
    servers[0]?.child.kill('SIGTERM');
    expect(await servers[0]?.ended).toEqual({ code: 0, signal: null });
  });

  test('a new epoch, by command, voids the cursors', async () => {
    const { store, servers, origin } = await several(1);
    const { alice, bob } = await settle(origin);
    expect(await sends(origin, alice, bob, 'one')).toBe(201);
    const list = (at: Target, query: string) => call(at, bob, bob, 'read', `/messages${query}`);
    const { cursor } = (await (await list(origin, '')).json()) as { cursor: string };
    servers[0]?.child.kill('SIGTERM');
    await servers[0]?.ended;
    expect(await runToEnd('new-epoch', '--store', store)).toMatchObject({ code: 0 });
    const again = await start(0, '--store', store, '--origin', origin);
    const at = { url: again.url, origin };
    expect((await list(at, `?after=${cursor}`)).status).toBe(410);
    expect(await listAll(at, bob)).toEqual([deliveryId('one')]);
  });
});

test('a store that cannot be opened is said, and the process ends', async () => {
  await expect(launch('--port', '0', '--store', 'nats://127.0.0.1:4222/a.b')).rejects.toThrow('--store');
});
