import { describe, expect, test } from 'vitest';
import { START } from '../../server/person.ts';
import {
  alice,
  ALL,
  allow,
  bob,
  carol,
  codeOf,
  newDelivery,
  standingOf,
  storedRecord,
  type Subject,
} from './fixtures.ts';

/** What is left of an inbox that was left: nothing. */
export function describeLeaving({ withBob }: Subject): void {
  describe('leaving', () => {
    const leave = { jti: 'once', issued: START + 10, forget: START + 600 };

    test('erases everything, once', async () => {
      const store = await withBob();
      await store.accept(newDelivery(alice, bob, 'one'));
      await allow(store, 1, carol.address);
      await store.leave(bob.address, leave, START + 10);
      expect(await store.inbox(bob.address)).toBeUndefined();
      expect(await standingOf(store, bob, carol)).toBeUndefined();
      expect(await codeOf(store.leave(bob.address, leave, START + 11))).toBe('token-replayed');
      expect(await codeOf(store.leave(bob.address, { ...leave, jti: 'twice' }, START + 11))).toBe(
        'not-enrolled',
      );

      await store.enrol(storedRecord(bob), START + 11, START + 11, 'open');
      expect((await store.list(bob.address, ALL, START)).items).toEqual([]);
      expect(await store.counts(bob.address, START)).toEqual({ unread: 0, total: 0 });
      expect(await standingOf(store, bob, carol)).toBe('unknown');
      expect(await store.remembered(newDelivery(alice, bob, 'one'), START)).toBeUndefined();
      expect(await codeOf(store.leave(bob.address, leave, START + 12))).toBe('token-replayed');
      expect(await store.inbox(bob.address)).toBeDefined();
    });

    test('an enrolment issued before it is refused for as long as it is remembered', async () => {
      const store = await withBob();
      await store.leave(bob.address, leave, START + 10);
      const enrol = (issued: number, now: number) =>
        codeOf(store.enrol(storedRecord(bob), issued, now, 'open'));
      expect(await enrol(START + 9, START + 20)).toBe('token-replayed');
      expect(await enrol(START + 10, START + 599)).toBe('token-replayed');
      expect(await enrol(START + 11, START + 20)).toBe('none');
    });

    test('a cursor from before is void', async () => {
      const store = await withBob();
      await store.accept(newDelivery(alice, bob, 'one'));
      const { cursor } = await store.list(bob.address, ALL, START);
      await store.leave(bob.address, leave, START + 10);
      await store.enrol(storedRecord(bob), START + 11, START + 11, 'open');
      await store.accept(newDelivery(alice, bob, 'two'));
      expect(await codeOf(store.list(bob.address, { ...ALL, after: cursor }, START))).toBe('cursor-expired');
    });
  });
}
