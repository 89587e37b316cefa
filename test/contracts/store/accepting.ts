import { describe, expect, test } from 'vitest';
import type { LetterboxError } from '../../../src/protocol/errors.ts';
import type { Pointer } from '../../../src/protocol/pointer.ts';
import { digestOf } from '../../../src/server/stores/digest.ts';
import type { NewDelivery } from '../../../src/server/stores/store.ts';
import { asName, createPerson, pointer, START, type Person } from '../../server/person.ts';
import {
  alice,
  ALL,
  allow,
  bob,
  carol,
  codeOf,
  newDelivery,
  sealedPointer,
  storedRecord,
  type Subject,
} from './fixtures.ts';

/** What comes into an inbox, once, and how much of it. */
export function describeAccepting({ open, withBob }: Subject): void {
  describe('accepting', () => {
    test('a delivery is listed as it came', async () => {
      const store = await withBob();
      const name = asName('alice.id');
      const delivery = newDelivery(alice, bob, 'one', { name });
      const { receivedAt, expires } = delivery;
      expect(await store.accept(delivery)).toEqual({ outcome: 'stored', receivedAt, expires });
      const { items } = await store.list(bob.address, ALL, START);
      const from = { address: alice.address, bucket: alice.bucket, name };
      const { id, pointer: sealed } = delivery;
      expect(items).toEqual([{ id, from, pointer: sealed, receivedAt, expires, read: false }]);
    });

    test('one that an agent sealed comes back to the last character, and is known before and after its removal', async () => {
      const store = await withBob();
      const [sealed, other] = [await sealedPointer('one'), await sealedPointer('two')];
      const delivery = newDelivery(alice, bob, 'one', { pointer: sealed });
      const again = (as: Pointer): Promise<string> =>
        store.accept({ ...delivery, pointer: as }).then(
          ({ outcome }) => outcome,
          ({ code }: LetterboxError) => code,
        );
      await store.accept(delivery);
      expect((await store.list(bob.address, ALL, START)).items).toMatchObject([{ pointer: sealed }]);
      expect(await store.remembered(delivery, START)).toMatchObject({ digest: digestOf(sealed) });
      expect([await again(sealed), await again(other)]).toEqual(['known', 'conflict']);

      await store.remove(bob.address, [{ id: delivery.id, from: alice.address }]);
      expect(await store.remembered(delivery, START)).toMatchObject({ digest: digestOf(sealed) });
      expect([await again(sealed), await again(other)]).toEqual(['known', 'conflict']);
    });

    test('again is the first answer, and one delivery; another pointer is a conflict', async () => {
      const store = await withBob();
      await store.accept(newDelivery(alice, bob, 'one'));
      const later = { receivedAt: START + 5, expires: START + 1005 };
      const again = await store.accept(newDelivery(alice, bob, 'one', later));
      expect(again).toEqual({ outcome: 'known', receivedAt: START, expires: START + 1000 });
      expect(await codeOf(store.accept(newDelivery(alice, bob, 'one', { pointer: pointer('other') })))).toBe(
        'conflict',
      );
      expect(await store.counts(bob.address, START)).toEqual({ unread: 1, total: 1 });
    });

    test('the same id from another sender, or to another inbox, is another delivery', async () => {
      const store = await withBob();
      await store.enrol(storedRecord(carol), START, START, 'open');
      await store.accept(newDelivery(alice, bob, 'one'));
      expect(await store.accept(newDelivery(carol, bob, 'one'))).toMatchObject({ outcome: 'stored' });
      expect(await store.accept(newDelivery(alice, carol, 'one'))).toMatchObject({ outcome: 'stored' });
      expect(await store.counts(bob.address, START)).toEqual({ unread: 2, total: 2 });
    });

    test('at the same moment, the same delivery is stored once', async () => {
      const store = await withBob();
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => store.accept(newDelivery(alice, bob, 'one'))),
      );
      expect(answers.filter(({ outcome }) => outcome === 'stored')).toHaveLength(1);
      expect(await store.counts(bob.address, START)).toEqual({ unread: 1, total: 1 });
    });

    test('it is remembered until it expires, after its removal too', async () => {
      const store = await withBob();
      const delivery = newDelivery(alice, bob, 'one');
      expect(await store.remembered(delivery, START)).toBeUndefined();
      await store.accept(delivery);
      await store.remove(bob.address, [delivery]);
      expect(await store.remembered(delivery, START + 999)).toMatchObject({
        receivedAt: START,
        expires: START + 1000,
      });
      expect(await store.accept({ ...delivery, receivedAt: START + 999 })).toMatchObject({
        outcome: 'known',
      });
      expect((await store.list(bob.address, ALL, START)).items).toEqual([]);
    });

    test('after that it is new, listed once', async () => {
      const store = await withBob();
      const delivery = newDelivery(alice, bob, 'one');
      await store.accept(delivery);
      expect(await store.remembered(delivery, START + 1000)).toBeUndefined();
      const later = { receivedAt: START + 1000, expires: START + 2000, pointer: pointer('other') };
      expect(await store.accept({ ...delivery, ...later })).toMatchObject({
        outcome: 'stored',
        expires: START + 2000,
      });
      expect((await store.list(bob.address, ALL, START + 1000)).items).toHaveLength(1);
      expect(await store.counts(bob.address, START + 1000)).toEqual({ unread: 1, total: 1 });
    });

    test('nothing for an inbox that nobody enrolled', async () => {
      const store = await open();
      expect(await codeOf(store.accept(newDelivery(alice, bob, 'one')))).toBe('recipient-refused');
    });

    test('strangers share their own space, each a part of it, and take none of the contacts’', async () => {
      const store = await withBob();
      const sendMany = async (from: Person, count: number): Promise<string[]> => {
        const codes: string[] = [];
        for (let n = 0; n < count; n += 1)
          codes.push(await codeOf(store.accept(newDelivery(from, bob, `${from.address} ${n}`))));
        return codes;
      };
      expect(await sendMany(alice, 3)).toEqual(['none', 'none', 'quota']);
      expect(await sendMany(carol, 2)).toEqual(['none', 'none']);
      expect(await sendMany(createPerson('dave'), 1)).toEqual(['quota']);

      const erin = createPerson('erin');
      await allow(store, 1, erin.address);
      expect(await sendMany(erin, 4)).toEqual(['none', 'none', 'none', 'inbox-full']);
      expect(await store.counts(bob.address, START)).toEqual({ unread: 7, total: 7 });
    });

    test('what is removed makes room', async () => {
      const store = await withBob();
      const [one, two, three] = ['one', 'two', 'three'].map((seed) => newDelivery(alice, bob, seed)) as [
        NewDelivery,
        NewDelivery,
        NewDelivery,
      ];
      await store.accept(one);
      await store.accept(two);
      await store.remove(bob.address, [one]);
      expect(await codeOf(store.accept(three))).toBe('none');
    });
  });
}
