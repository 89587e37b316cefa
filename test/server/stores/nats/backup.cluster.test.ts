import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Digest } from '../../../../src/protocol/bytes.ts';
import type { Address } from '../../../../src/protocol/ids.ts';
import type { NatsStore } from '../../../../src/server/stores/nats.ts';
import { backUpNats } from '../../../../src/server/stores/nats/backup.ts';
import { openLayout } from '../../../../src/server/stores/nats/layout.ts';
import { parseNatsUrl } from '../../../../src/server/stores/nats/place.ts';
import { restoreNats } from '../../../../src/server/stores/nats/restore.ts';
import type { ListQuery, NewDelivery } from '../../../../src/server/stores/store.ts';
import { codeOf, newDelivery, standingOf, storedRecord } from '../../../contracts/store/fixtures.ts';
import { random } from '../../harness.ts';
import { viewEngine } from '../../nats/engine.ts';
import { isThere, newStoreUrl, openStore, timer } from '../../nats/store.ts';
import { createPerson, deliveryId, START, type Person } from '../../person.ts';

const alice = createPerson('alice');
const bob = createPerson('bob');
const carol = createPerson('carol');
const dave = createPerson('dave');
const ALL = { limit: 200, unreadOnly: false };
const ROOMY = { limits: { stored: 100_000, unknown: 100_000, unknownPerSender: 100_000 } };
const clock = { now: Date.now };

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'letterbox-backup-'));
  file = join(folder, 'backup');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const backUp = (url: string) => backUpNats({ place: parseNatsUrl(url), random, timer }, file);

const restore = (url: string, options: { partitions?: number } = {}) =>
  restoreNats({ place: parseNatsUrl(url), random, timer, clock, replicas: 3, ...options }, file);

/** Page by page; what is counted is there. */
async function allIn(store: NatsStore, address: Address): Promise<string[]> {
  const ids: string[] = [];
  for (let query: ListQuery = ALL; ;) {
    const { items, more, cursor, total } = await store.list(address, query, START);
    ids.push(...items.map(({ id }) => id));
    query = { ...ALL, after: cursor };
    if (more) continue;
    expect(ids).toHaveLength(total);
    return ids;
  }
}

const idsIn = async (store: NatsStore, address: Address, now = START): Promise<string[]> =>
  (await store.list(address, ALL, now)).items.map(({ id }) => id);

describe.skipIf(!isThere)('a backup', () => {
  test('brings everything back, into another number of partitions, too; cursors from before are void', async () => {
    const [url, second] = [newStoreUrl(), newStoreUrl()];
    const store = await openStore(url, { partitions: 2 });
    const invite = { id: 'invite', uses: 1, exp: START + 10_000, stored: 2 };
    await store.enrol(storedRecord(bob), START, START, invite);
    await store.enrol(storedRecord(carol), START, START, 'open');
    await store.enrol(storedRecord(dave), START, START, 'open');
    await store.setPolicy(
      bob.address,
      { seq: 3, allowed: [alice.address], blocked: [carol.address] },
      'three' as Digest,
    );
    const one = newDelivery(alice, bob, 'one');
    const two = newDelivery(alice, bob, 'two');
    const three = newDelivery(alice, bob, 'three');
    await store.accept(one);
    await store.accept(two);
    await store.acknowledge(bob.address, [two]);
    await store.remove(bob.address, [one]);
    await store.accept(newDelivery(alice, carol, 'for carol'));
    await store.leave(dave.address, { jti: 'gone', issued: START, forget: START + 1000 }, START);
    const { cursor } = await store.list(bob.address, ALL, START);
    await backUp(url);
    await store.accept(three); // is not in it

    await restore(second, { partitions: 3 });
    const restored = await openStore(second, { partitions: 3 });
    expect(restored.epoch).not.toBe(store.epoch);
    expect(await codeOf(restored.list(bob.address, { ...ALL, after: cursor }, START))).toBe('cursor-expired');
    expect(await restored.list(bob.address, ALL, START)).toMatchObject({
      items: [{ id: two.id, read: true, pointer: two.pointer }],
      total: 1,
      unread: 0,
    });
    expect(await idsIn(restored, carol.address)).toEqual([deliveryId('for carol')]);
    expect(await restored.inbox(bob.address)).toEqual(await store.inbox(bob.address));
    expect(await standingOf(restored, bob, carol)).toBe('blocked');
    expect(await codeOf(restored.enrol(storedRecord(dave), START, START, 'open'))).toBe('token-replayed');
    expect(await codeOf(restored.enrol(storedRecord(alice), START, START, invite))).toBe('not-admitted');
    expect(await restored.accept(one)).toMatchObject({ outcome: 'known' });
    expect(await restored.accept(two)).toMatchObject({ outcome: 'known' });
    expect(await restored.accept(three)).toMatchObject({ outcome: 'stored' });
    expect(await codeOf(restored.accept(newDelivery(alice, bob, 'four')))).toBe('inbox-full');
    expect(await idsIn(restored, bob.address)).toEqual([two.id, three.id]);
    expect(await restored.sweep(START + 2000 + 31 * 86_400, 100)).toBe(2); // Bob's and Carol's: nobody renewed them
  });

  test('made while others write holds all from before it, of the rest nothing by halves, and sending again heals', async () => {
    const [url, second] = [newStoreUrl(), newStoreUrl()];
    const stores = [await openStore(url, ROOMY), await openStore(url, ROOMY)];
    const people = [bob, carol, dave];
    for (const person of people) await stores[0]?.enrol(storedRecord(person), START, START, 'open');
    const accepted = new Set<NewDelivery>();
    const over = new AbortController();
    const send = async (store: NatsStore, name: string): Promise<void> => {
      for (let count = 0; !over.signal.aborted; count += 1) {
        const to = people[count % people.length] as Person;
        const delivery = newDelivery(alice, to, `${name} ${count}`);
        await store.accept(delivery);
        accepted.add(delivery);
      }
    };
    const sending = stores.flatMap((store, at) => ['a', 'b', 'c', 'd'].map((hand) => send(store, hand + at)));
    await expect.poll(() => accepted.size).toBeGreaterThan(100);
    const covered = [...accepted];
    await backUp(url);
    await expect.poll(() => accepted.size).toBeGreaterThan(covered.length + 100);
    over.abort();
    await Promise.all(sending);

    await restore(second);
    const restored = await openStore(second, ROOMY);
    const before = await Promise.all(people.map(({ address }) => allIn(restored, address)));
    const listed = new Set(before.flat());
    expect(covered.filter(({ id }) => !listed.has(id))).toEqual([]);
    expect(listed.size).toBeLessThan(accepted.size);
    for (const delivery of accepted) {
      const outcome = listed.has(delivery.id) ? 'known' : 'stored';
      expect(await restored.accept(delivery)).toMatchObject({ outcome });
    }
    const after = await Promise.all(people.map(({ address }) => allIn(restored, address)));
    expect(after.flat().toSorted()).toEqual([...accepted].map(({ id }) => id).toSorted());
  });

  test('that was not restored to its end is no store, and is restored again from the start', async () => {
    const [url, second] = [newStoreUrl(), newStoreUrl()];
    const store = await openStore(url);
    await store.enrol(storedRecord(bob), START, START, 'open');
    await backUp(url);
    const { nats } = await viewEngine(url);
    const { prefix } = parseNatsUrl(second);
    await openLayout({ nats, prefix, replicas: 3, partitions: 2, random, timer, restoring: true }); // and no more
    await expect(openStore(second)).rejects.toThrow(`the store ${prefix} is restored in part only`);
    await expect(backUpNats({ place: parseNatsUrl(second), random, timer }, `${file} 2`)).rejects.toThrow(
      'is restored in part only',
    );
    await restore(second);
    const restored = await openStore(second);
    expect(await restored.inbox(bob.address)).toMatchObject({ address: bob.address });
    await expect(restore(second)).rejects.toThrow(`a server has the store ${prefix} open`);
    await restored.close();
    await expect(restore(second)).rejects.toThrow(`the store ${prefix} is there already`);
  });

  test('what ended between backup and restore stays away, and what was put in its place does, too', async () => {
    const [url, second] = [newStoreUrl(), newStoreUrl()];
    const store = await openStore(url, { grace: 0 });
    const now = Math.floor(Date.now() / 1000);
    await store.enrol(storedRecord(bob), now, now, 'open');
    await store.accept(newDelivery(alice, bob, 'short', { receivedAt: now, expires: now + 1000 }));
    await store.accept(newDelivery(alice, bob, 'long', { receivedAt: now, expires: now + 5000 }));
    await backUp(url);
    await restoreNats(
      { place: parseNatsUrl(second), random, timer, replicas: 3, clock: { now: () => (now + 2000) * 1000 } },
      file,
    );
    const engine = await viewEngine(second);
    await expect.poll(() => engine.subjects('mail.>'), { timeout: 20_000 }).toHaveLength(1);
    await expect.poll(() => engine.subjects('key.>'), { timeout: 20_000 }).toHaveLength(1);
    const restored = await openStore(second);
    expect(await idsIn(restored, bob.address, now + 2000)).toEqual([deliveryId('long')]);
  });

  test('of a store that is not there is none', async () => {
    await expect(backUp(newStoreUrl())).rejects.toThrow('there is no store');
  });
});
