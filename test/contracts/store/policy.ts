import { describe, expect, test } from 'vitest';
import type { Digest } from '../../../src/protocol/bytes.ts';
import { createPerson, START } from '../../server/person.ts';
import { alice, allow, bob, carol, codeOf, newDelivery, standingOf, type Subject } from './fixtures.ts';

/** Whom an inbox allows and blocks. */
export function describePolicy({ withBob }: Subject): void {
  describe('policy', () => {
    test('says how a sender stands; blocked wins', async () => {
      const store = await withBob();
      const [allowed, blocked] = [[alice.address, carol.address], [carol.address]];
      await store.setPolicy(bob.address, { seq: 5, allowed, blocked }, 'a' as Digest);
      expect(await standingOf(store, bob, alice)).toBe('allowed');
      expect(await standingOf(store, bob, carol)).toBe('blocked');
      expect(await standingOf(store, bob, bob)).toBe('unknown');
      expect(await codeOf(store.accept(newDelivery(carol, bob, 'one')))).toBe('recipient-refused');
    });

    test('is ordered by seq: lower is refused, equal only from the same bytes', async () => {
      const store = await withBob();
      await allow(store, 5, alice.address);
      await allow(store, 5, alice.address);
      const other = { seq: 5, allowed: [], blocked: [] };
      expect(await codeOf(store.setPolicy(bob.address, other, 'other' as Digest))).toBe('seq');
      expect(await codeOf(allow(store, 4))).toBe('seq');
      expect(await standingOf(store, bob, alice)).toBe('allowed');
      await allow(store, 6);
      expect(await standingOf(store, bob, alice)).toBe('unknown');
    });

    test('takes what a sender has stored out of the strangers’ space when they are allowed', async () => {
      const store = await withBob();
      for (const seed of ['one', 'two']) await store.accept(newDelivery(alice, bob, seed));
      await allow(store, 1, alice.address);
      for (const seed of ['three', 'four']) await store.accept(newDelivery(carol, bob, seed));
      const [dave, erin] = [createPerson('dave'), createPerson('erin')];
      for (const seed of ['five', 'six']) await store.accept(newDelivery(dave, bob, seed));
      expect(await codeOf(store.accept(newDelivery(erin, bob, 'seven')))).toBe('quota');
      expect(await codeOf(store.accept(newDelivery(alice, bob, 'eight')))).toBe('none');
      expect(await codeOf(store.accept(newDelivery(alice, bob, 'nine')))).toBe('inbox-full');
    });

    test('leaves what a contact sent in the contacts’ space when they are blocked or no longer allowed', async () => {
      const store = await withBob();
      const [dave, erin] = [createPerson('dave'), createPerson('erin')];
      await allow(store, 1, alice.address, carol.address);
      const kept = newDelivery(carol, bob, 'three');
      for (const delivery of [newDelivery(alice, bob, 'one'), newDelivery(alice, bob, 'two'), kept])
        await store.accept(delivery);
      const policy = { seq: 2, allowed: [], blocked: [alice.address] };
      await store.setPolicy(bob.address, policy, 'digest 2' as Digest);
      for (const seed of ['four', 'five'])
        expect(await codeOf(store.accept(newDelivery(carol, bob, seed)))).toBe('none');
      for (const seed of ['six', 'seven'])
        expect(await codeOf(store.accept(newDelivery(dave, bob, seed)))).toBe('none');
      expect(await codeOf(store.accept(newDelivery(erin, bob, 'eight')))).toBe('quota');

      await allow(store, 3, erin.address);
      expect(await codeOf(store.accept(newDelivery(erin, bob, 'eight')))).toBe('inbox-full');
      await store.remove(bob.address, [kept]);
      expect(await codeOf(store.accept(newDelivery(erin, bob, 'eight')))).toBe('none');
      expect(await codeOf(store.accept(newDelivery(createPerson('frank'), bob, 'nine')))).toBe('quota');
      expect(await store.counts(bob.address, START)).toEqual({ unread: 7, total: 7 });
    });
  });
}
