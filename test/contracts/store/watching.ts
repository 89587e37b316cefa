import { describe, expect, test } from 'vitest';
import type { Cursor } from '../../../src/protocol/server-api.ts';
import { START } from '../../server/person.ts';
import { alice, ALL, bob, carol, newDelivery, storedRecord, type Subject } from './fixtures.ts';

/** Who waits for deliveries is told. */
export function describeWatching({ withBob }: Subject): void {
  describe('watching', () => {
    test('tells of each new delivery of its inbox, once it can be listed, until it stops', async () => {
      const store = await withBob();
      await store.enrol(storedRecord(carol), START, START, 'open');
      const before = (await store.list(bob.address, ALL, START)).cursor;
      const heard: Cursor[] = [];
      let tell = (): void => undefined;
      const stop = store.watch(bob.address, (cursor) => {
        heard.push(cursor);
        tell();
      });
      const told = new Promise<void>((resolve) => {
        tell = resolve;
      });
      await store.accept(newDelivery(alice, bob, 'one'));
      await told;
      const page = await store.list(bob.address, { ...ALL, after: before }, START);
      expect(heard).toEqual([page.cursor]);

      await store.accept(newDelivery(alice, bob, 'one'));
      await store.accept(newDelivery(alice, carol, 'two'));
      stop();
      await store.accept(newDelivery(alice, bob, 'three'));
      expect(heard).toHaveLength(1);
    });
  });
}
