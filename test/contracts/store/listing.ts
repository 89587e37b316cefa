import { describe, expect, test } from 'vitest';
import type { Cursor } from '../../../src/protocol/server-api.ts';
import type { Store } from '../../../src/server/stores/store.ts';
import { createPerson, deliveryId, START, type Person } from '../../server/person.ts';
import { alice, ALL, allow, bob, carol, codeOf, newDelivery, seeds, type Subject } from './fixtures.ts';

/** What the owner of an inbox is shown. */
export function describeListing({ withBob }: Subject): void {
  describe('listing', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];

    async function withFive(): Promise<Store> {
      const store = await withBob();
      const senders = [alice, carol, createPerson('dave')];
      for (const [n, seed] of names.slice(0, 4).entries()) {
        await store.accept(newDelivery(senders[n % 3] as Person, bob, seed));
      }
      await allow(store, 1, alice.address);
      await store.accept(newDelivery(alice, bob, 'e'));
      return store;
    }

    const keyOf = (seed: string) => ({
      from: ([alice, carol, createPerson('dave'), alice, alice][names.indexOf(seed)] as Person).address,
      id: deliveryId(seed),
    });

    test('goes page by page, in order of arrival, each delivery once', async () => {
      const store = await withFive();
      const seen: string[][] = [];
      let after: Cursor | undefined;
      for (let more = true; more;) {
        const query = { limit: 2, unreadOnly: false, ...(after === undefined ? {} : { after }) };
        const page = await store.list(bob.address, query, START);
        seen.push(seeds(page, names));
        expect(page).toMatchObject({ unread: 5, total: 5 });
        ({ more, cursor: after } = page);
      }
      expect(seen).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    });

    test('an empty page gives back the cursor; an empty first one has a cursor too', async () => {
      const store = await withBob();
      const first = await store.list(bob.address, ALL, START);
      expect(first).toMatchObject({ items: [], more: false });
      expect((await store.list(bob.address, { ...ALL, after: first.cursor }, START)).cursor).toBe(
        first.cursor,
      );
      await store.accept(newDelivery(alice, bob, 'a'));
      const next = await store.list(bob.address, { ...ALL, after: first.cursor }, START);
      expect(seeds(next, names)).toEqual(['a']);
      expect((await store.list(bob.address, { ...ALL, after: next.cursor }, START)).cursor).toBe(next.cursor);
    });

    test('read ones stay listed and are passed over where only unread ones are asked for', async () => {
      const store = await withFive();
      await store.acknowledge(bob.address, [keyOf('a'), keyOf('c'), keyOf('a')]);
      const page = await store.list(bob.address, ALL, START);
      expect(page.items.map(({ read }) => read)).toEqual([true, false, true, false, false]);
      expect(page).toMatchObject({ unread: 3, total: 5 });
      const unread = await store.list(bob.address, { limit: 2, unreadOnly: true }, START);
      expect(seeds(unread, names)).toEqual(['b', 'd']);
      expect(unread.more).toBe(true);
    });

    test('acknowledging again, or what is not there, changes nothing', async () => {
      const store = await withFive();
      const nobody = { from: bob.address, id: deliveryId('a') };
      await store.acknowledge(bob.address, [keyOf('a'), nobody]);
      await store.acknowledge(bob.address, [keyOf('a')]);
      expect(await store.counts(bob.address, START)).toEqual({ unread: 4, total: 5 });
    });

    test('removed ones are gone, the rest keep their places and the cursors hold', async () => {
      const store = await withFive();
      const { cursor } = await store.list(bob.address, { limit: 3, unreadOnly: false }, START);
      await store.acknowledge(bob.address, [keyOf('a')]);
      await store.remove(bob.address, [
        keyOf('a'),
        keyOf('c'),
        keyOf('d'),
        keyOf('d'),
        { from: bob.address, id: deliveryId('a') },
      ]);
      expect(seeds(await store.list(bob.address, { ...ALL, after: cursor }, START), names)).toEqual(['e']);
      expect(seeds(await store.list(bob.address, ALL, START), names)).toEqual(['b', 'e']);
      expect(await store.counts(bob.address, START)).toEqual({ unread: 2, total: 2 });
      await store.remove(bob.address, [keyOf('a')]);
      await store.acknowledge(bob.address, [keyOf('d')]);
      expect(await store.counts(bob.address, START)).toEqual({ unread: 2, total: 2 });
    });

    test('a cursor of another store, from the future, or that cannot be read is void', async () => {
      const store = await withFive();
      const { cursor } = await store.list(bob.address, ALL, START);
      const other = await withBob();
      const at = (after: Cursor) => codeOf(other.list(bob.address, { ...ALL, after }, START));
      expect(await at(cursor)).toBe('cursor-expired');
      expect(await at('' as Cursor)).toBe('cursor-expired');
      expect(await at('!!!' as Cursor)).toBe('cursor-expired');
      expect(await at('AAAA' as Cursor)).toBe('cursor-expired');
      expect(other.epoch).not.toBe(store.epoch);
    });
  });
}
