import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renewNatsEpoch } from '../../../../src/server/stores/nats.ts';
import { parseNatsUrl } from '../../../../src/server/stores/nats/place.ts';
import { codeOf, newDelivery, storedRecord } from '../../../contracts/store/fixtures.ts';
import { random } from '../../harness.ts';
import { startCluster, type Cluster, type Node } from '../../nats/cluster.ts';
import { natsServer } from '../../nats/server.ts';
import { isThere, newStoreUrl, openStore, timer } from '../../nats/store.ts';
import { createPerson, START } from '../../person.ts';

const alice = createPerson('alice');
const bob = createPerson('bob');
const ALL = { limit: 200, unreadOnly: false };

describe.skipIf(!isThere)('a store on a cluster', () => {
  test('is the same for whoever opens it, at the same moment too, and after all are gone', async () => {
    const url = newStoreUrl();
    const stores = await Promise.all([openStore(url), openStore(url), openStore(url)]);
    expect(new Set(stores.map(({ epoch }) => epoch)).size).toBe(1);
    const [first] = stores;
    await first.enrol(storedRecord(bob), START, START, 'open');
    await first.accept(newDelivery(alice, bob, 'one'));
    const { cursor } = await first.list(bob.address, ALL, START);
    for (const store of stores) await store.close();
    const again = await openStore(url);
    expect(again.epoch).toBe(first.epoch);
    expect(await again.list(bob.address, { ...ALL, after: cursor }, START)).toMatchObject({
      items: [],
      total: 1,
    });
  });

  test('keeps its partitions: another number is refused', async () => {
    const url = newStoreUrl();
    await openStore(url, { partitions: 2 });
    await openStore(url, { partitions: 2 });
    await expect(openStore(url, { partitions: 3 })).rejects.toThrow('say --store-partitions 2');
  });

  test('knows how many copies it keeps, whatever is asked for later', async () => {
    const url = newStoreUrl();
    expect((await openStore(url, { replicas: 1 })).copies).toBe(1);
    expect((await openStore(url, { replicas: 3 })).copies).toBe(1);
    expect((await openStore(newStoreUrl())).copies).toBe(3);
  });

  test('gets a new epoch, which voids the cursors and nothing else', async () => {
    const url = newStoreUrl();
    const before = await openStore(url);
    await before.enrol(storedRecord(bob), START, START, 'open');
    await before.accept(newDelivery(alice, bob, 'one'));
    const { cursor } = await before.list(bob.address, ALL, START);
    const other = await openStore(url);
    await before.close();
    const renew = () => renewNatsEpoch({ place: parseNatsUrl(url), random, timer });
    await expect(renew()).rejects.toThrow('open: stop all of them first'); // it would go on with the old one
    await other.close();
    await renew();
    const after = await openStore(url);
    expect(after.epoch).not.toBe(before.epoch);
    expect(await codeOf(after.list(bob.address, { ...ALL, after: cursor }, START))).toBe('cursor-expired');
    expect((await after.list(bob.address, ALL, START)).items).toHaveLength(1);
  });

  test('that is not there gets no new epoch', async () => {
    const place = parseNatsUrl(newStoreUrl());
    await expect(renewNatsEpoch({ place, random, timer })).rejects.toThrow(
      `there is no store ${place.prefix}`,
    );
  });

  test('wants no more copies than there are nodes', async () => {
    const quick = { after: (_ms: number, call: () => void) => timer.after(1, call) };
    await expect(openStore(newStoreUrl(), { replicas: 5, timer: quick })).rejects.toThrow(
      'no 5 nodes with room for the store: run a cluster of at least 5 nodes',
    );
  });
});

describe.skipIf(!isThere)('a single node', () => {
  let cluster: Cluster;
  let node: Node;

  beforeAll(async () => {
    cluster = await startCluster(natsServer() as string, 1);
    node = cluster.nodes[0] as Node;
  });
  afterAll(async () => {
    await cluster.stop();
  });

  test('is refused for three copies, and taken for one', async () => {
    await expect(openStore(`${cluster.url}/three`)).rejects.toThrow(
      'this NATS server is no cluster, and 3 copies are asked for',
    );
    const store = await openStore(`${cluster.url}/one`, { replicas: 1 });
    await store.check();
  });

  test('that is gone makes the store unavailable, every way, until it is back with all that was accepted', async () => {
    const store = await openStore(`${cluster.url}/gone`, { replicas: 1 });
    await store.enrol(storedRecord(bob), START, START, 'open');
    const one = newDelivery(alice, bob, 'one');
    await store.accept(one);
    await cluster.kill(node);
    const codes = await Promise.all([
      codeOf(store.accept(newDelivery(alice, bob, 'two'))),
      codeOf(store.inbox(bob.address)),
      codeOf(store.list(bob.address, ALL, START)),
      codeOf(store.counts(bob.address, START)),
      codeOf(store.remembered(one, START)),
      codeOf(store.acknowledge(bob.address, [one])),
      codeOf(store.sweep(START, 10)),
      codeOf(store.check()),
    ]);
    expect(codes).toEqual(codes.map(() => 'unavailable'));
    cluster.restart(node);
    await cluster.ready();
    await expect.poll(() => codeOf(store.check()), { timeout: 20_000 }).toBe('none');
    expect((await store.list(bob.address, ALL, START)).items.length).toBeGreaterThanOrEqual(1);
    expect(await store.accept(one)).toMatchObject({ outcome: 'known' });
  }, 90_000);

  test('that comes back brings the hints back, and what came while the connection was away', async () => {
    const url = `${cluster.url}/hints`;
    const watching = await openStore(url, { replicas: 1 });
    await watching.enrol(storedRecord(bob), START, START, 'open');
    let heard = 0;
    watching.watch(bob.address, () => {
      heard += 1;
    });
    await cluster.kill(node);
    cluster.restart(node);
    await cluster.ready();
    const other = await openStore(url, { replicas: 1 });
    await other.accept(newDelivery(alice, bob, 'one')); // the first store may be back by now, or not
    await expect.poll(() => heard, { timeout: 20_000 }).toBe(1);
    await other.accept(newDelivery(alice, bob, 'two'));
    await expect.poll(() => heard, { timeout: 20_000 }).toBe(2);
  }, 90_000);
});
