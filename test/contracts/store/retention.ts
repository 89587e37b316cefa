import { describe, expect, test } from 'vitest';
import type { Store } from '../../../src/server/stores/store.ts';
import { createPerson, deliveryId, START, type Person } from '../../server/person.ts';
import { RETENTION_SECONDS } from '../../../src/server/stores/rules.ts';
import {
  alice,
  ALL,
  allow,
  bob,
  carol,
  codeOf,
  newDelivery,
  seeds,
  standingOf,
  storedRecord,
  type Subject,
} from './fixtures.ts';

/** What has expired is gone, for all and by the second; when it is erased is the store’s. */
export function describeRetention({ withBob, swept, erases }: Subject): void {
  describe('retention', () => {
    const END = START + 1000;
    const EMPTY = { unread: 0, total: 0 };
    const at = (now: number) => ({ receivedAt: now, expires: now + 1000 });

    /** Three of Alice's, whom Bob allows, one of them read; two of Carol's; all expire together. */
    async function withFull(): Promise<Store> {
      const store = await withBob();
      await allow(store, 1, alice.address);
      for (const seed of ['a', 'b', 'c']) await store.accept(newDelivery(alice, bob, seed));
      for (const seed of ['d', 'e']) await store.accept(newDelivery(carol, bob, seed));
      await store.acknowledge(bob.address, [{ from: alice.address, id: deliveryId('a') }]);
      return store;
    }

    /** What anybody can see of an inbox. */
    async function seen(store: Store, now: number) {
      const page = await store.list(bob.address, ALL, now);
      const unread = await store.list(bob.address, { ...ALL, unreadOnly: true }, now);
      const names = ['a', 'b', 'c', 'd', 'e', 'later'];
      const { unread: pageUnread, total } = page;
      expect({ unread: pageUnread, total }).toEqual(await store.counts(bob.address, now));
      return { items: seeds(page, names), unread: seeds(unread, names), total };
    }

    test('what has expired is neither listed nor counted, swept or not', async () => {
      const store = await withFull();
      const before = { items: ['a', 'b', 'c', 'd', 'e'], unread: ['b', 'c', 'd', 'e'], total: 5 };
      expect(await seen(store, END - 1)).toEqual(before);
      const after = { items: [], unread: [], total: 0 };
      expect(await seen(store, END)).toEqual(after);
      expect(await store.sweep(END, 100)).toBe(swept(5));
      expect(await seen(store, END)).toEqual(after);
      expect(await seen(store, erases === 'sweep' ? START : END)).toEqual(after); // gone for good
    });

    test('what has expired takes nobody’s space, swept or not', async () => {
      for (const sweeps of [0, 1]) {
        const store = await withFull();
        const send = (from: Person, seed: string, now: number) =>
          codeOf(store.accept(newDelivery(from, bob, seed, at(now))));
        expect(await send(alice, 'f', END - 1)).toBe('inbox-full');
        expect(await send(carol, 'g', END - 1)).toBe('quota');
        for (let n = 0; n < sweeps; n += 1) await store.sweep(END, 100);
        for (const seed of ['h', 'i', 'j']) expect(await send(alice, seed, END)).toBe('none');
        expect(await send(alice, 'k', END)).toBe('inbox-full');
        for (const seed of ['l', 'm']) expect(await send(carol, seed, END)).toBe('none');
        expect(await send(carol, 'n', END)).toBe('quota');
        expect(await store.counts(bob.address, END)).toEqual({ unread: 5, total: 5 });
      }
    });

    test('sweeping goes in bounds, and leaves counters and what has not expired exact', async () => {
      const store = await withFull();
      await store.remove(bob.address, [{ from: carol.address, id: deliveryId('d') }]);
      await store.accept(newDelivery(createPerson('dave'), bob, 'later', at(START + 1)));
      expect(await store.sweep(END - 1, 2)).toBe(0);
      expect(await store.sweep(END, 2)).toBe(swept(2));
      expect(await store.sweep(END, 2)).toBe(swept(2));
      expect(await seen(store, END)).toEqual({ items: ['later'], unread: ['later'], total: 1 });
      expect(await store.sweep(END, 2)).toBe(swept(1));
      const then = erases === 'sweep' ? START : END;
      expect(await seen(store, then)).toEqual({ items: ['later'], unread: ['later'], total: 1 });
      expect(await store.sweep(END + 1, 2)).toBe(swept(1));
      expect(await store.counts(bob.address, erases === 'sweep' ? START : END + 1)).toEqual(EMPTY);
    });

    test('an id is remembered until it expires, removed or not, and no longer', async () => {
      const store = await withFull();
      const delivery = newDelivery(alice, bob, 'a');
      await store.remove(bob.address, [delivery]);
      await store.sweep(END - 1, 100);
      expect(await store.remembered(delivery, END - 1)).toMatchObject({ expires: END });
      await store.sweep(END, 100);
      const then = erases === 'sweep' ? END - 1 : END;
      expect(await store.remembered(delivery, then)).toBeUndefined();
    });

    test('a cursor holds, and what is accepted later still comes after it', async () => {
      const store = await withFull();
      const { cursor } = await store.list(bob.address, { limit: 2, unreadOnly: false }, START);
      await store.sweep(END, 100);
      await store.accept(newDelivery(alice, bob, 'later', at(END)));
      const page = await store.list(bob.address, { ...ALL, after: cursor }, END);
      expect(seeds(page, ['a', 'b', 'c', 'd', 'e', 'later'])).toEqual(['later']);
    });

    test('a sender who is allowed or no longer, acks and removals after the end disturb no count', async () => {
      const store = await withFull();
      await allow(store, 2, carol.address);
      const keys = ['d', 'e'].map((seed) => ({ from: carol.address, id: deliveryId(seed) }));
      await store.acknowledge(bob.address, keys);
      await store.remove(bob.address, keys.slice(0, 1));
      expect(await store.counts(bob.address, END)).toEqual(EMPTY);
      await store.sweep(END, 100);
      expect(await store.counts(bob.address, END)).toEqual(EMPTY);
      await store.accept(newDelivery(alice, bob, 'later', at(END)));
      expect(await store.counts(bob.address, END)).toEqual({ unread: 1, total: 1 });
    });

    describe('an inbox that nobody renews', () => {
      const DAY = 86_400;
      const GONE = START + 1000 + RETENTION_SECONDS;

      test('is erased a month after its record ran out, and within a day, as if it had been left', async () => {
        const store = await withFull();
        await store.sweep(GONE - 1, 100);
        expect(await store.inbox(bob.address)).toBeDefined();
        const { cursor } = await store.list(bob.address, ALL, START);
        await store.enrol(storedRecord(carol, { exp: START + 1001 + DAY }), START, GONE, 'open');
        expect(await store.sweep(GONE + DAY, 100)).toBe(1);

        expect(await store.inbox(bob.address)).toBeUndefined();
        expect(await store.inbox(carol.address)).toBeDefined();
        expect(await codeOf(store.counts(bob.address, START))).toBe('not-enrolled');
        expect(await codeOf(store.accept(newDelivery(alice, bob, 'later')))).toBe('recipient-refused');
        await store.enrol(storedRecord(bob), START, GONE, 'open');
        expect(await seen(store, START)).toEqual({ items: [], unread: [], total: 0 });
        expect(await standingOf(store, bob, alice)).toBe('unknown');
        expect(await codeOf(store.list(bob.address, { ...ALL, after: cursor }, START))).toBe(
          'cursor-expired',
        );
      });

      test('is kept where it was renewed, by its owner or by what its well-known place says', async () => {
        const store = await withBob();
        await store.enrol(storedRecord(carol), START, START, 'open');
        await store.enrol(storedRecord(bob, { seq: 11, exp: START + 1000 + 2 * DAY }), START, START, 'none');
        await store.confirm(storedRecord(carol, { seq: 11, exp: START + 1000 + 2 * DAY }), 'listed', START);
        expect(await store.sweep(GONE + 2 * DAY - 1, 100)).toBe(0);
        expect(await store.inbox(bob.address)).toBeDefined();
        expect(await store.inbox(carol.address)).toBeDefined();
        for (const erased of [1, 1, 0]) expect(await store.sweep(GONE + 3 * DAY, 1)).toBe(erased);
      });

      test('is not forgotten as one that was left before', async () => {
        const store = await withBob();
        const leave = { jti: 'once', issued: START + 10, forget: GONE + 2 * DAY };
        await store.leave(bob.address, leave, START + 10);
        await store.enrol(storedRecord(bob), START + 11, START + 11, 'open');
        expect(await store.sweep(GONE + DAY, 100)).toBe(1);
        const again = store.enrol(storedRecord(bob), START + 10, GONE + DAY, 'open');
        expect(await codeOf(again)).toBe('token-replayed');
      });
    });

    test('sweeping an empty store, or one whose inboxes were left, is nothing', async () => {
      const store = await withFull();
      await store.leave(bob.address, { jti: 'once', issued: START, forget: START + 600 }, START);
      expect(await store.sweep(END, 100)).toBe(0);
    });
  });

  test('a check is a write and a read, again and again', async () => {
    const store = await withBob();
    await store.accept(newDelivery(alice, bob, 'one'));
    await Promise.all([store.check(), store.check()]);
    await store.check();
    expect(await store.counts(bob.address, START)).toEqual({ unread: 1, total: 1 });
  });
}
