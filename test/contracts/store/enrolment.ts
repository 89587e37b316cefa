import { describe, expect, test } from 'vitest';
import type { Bucket } from '../../../src/protocol/ids.ts';
import { digestOf } from '../../../src/server/stores/digest.ts';
import { START } from '../../server/person.ts';
import { ALL, allow, bob, codeOf, storedRecord, type Subject } from './fixtures.ts';

/** Who has an inbox, and by which record. */
export function describeEnrolment({ open, withBob }: Subject): void {
  describe('enrolment', () => {
    test('an inbox is unknown until it is enrolled, then it is what its record says', async () => {
      const store = await open();
      expect(await store.inbox(bob.address)).toBeUndefined();
      await store.enrol(storedRecord(bob), START, START, 'open');
      expect(await store.inbox(bob.address)).toEqual({
        ...storedRecord(bob),
        confirmed: undefined,
        frozen: false,
      });
    });

    test('the same record again changes nothing; one below, or another of the same seq, is refused', async () => {
      const store = await withBob();
      await store.confirm(storedRecord(bob), 'listed', START + 5);
      await store.enrol(storedRecord(bob), START, START, 'open');
      expect((await store.inbox(bob.address))?.confirmed).toBe(START + 5);
      expect(await codeOf(store.enrol(storedRecord(bob, { seq: 9 }), START, START, 'open'))).toBe('seq');
      expect(
        await codeOf(store.enrol(storedRecord(bob, { digest: digestOf('other') }), START, START, 'open')),
      ).toBe('seq');
      expect((await store.inbox(bob.address))?.seq).toBe(10);
    });

    test('a higher record replaces; it has to be confirmed anew only where the bucket is another', async () => {
      const store = await withBob();
      await store.confirm(storedRecord(bob), 'listed', START + 5);
      await store.enrol(storedRecord(bob, { seq: 11, unknown: 'closed' }), START, START, 'open');
      expect(await store.inbox(bob.address)).toMatchObject({
        seq: 11,
        unknown: 'closed',
        confirmed: START + 5,
      });
      const bucket = `https://other.example/${bob.address}/` as Bucket;
      await store.enrol(storedRecord(bob, { seq: 12, bucket }), START, START, 'open');
      expect(await store.inbox(bob.address)).toMatchObject({ seq: 12, bucket, confirmed: undefined });
    });

    test('confirming takes the newer record; a lower one, or another of the same seq, changes nothing', async () => {
      const store = await withBob();
      await store.confirm(storedRecord(bob, { seq: 20 }), 'listed', START + 1);
      expect(await store.inbox(bob.address)).toMatchObject({
        seq: 20,
        confirmed: START + 1,
        frozen: false,
      });
      await store.confirm(storedRecord(bob, { seq: 19 }), 'frozen', START + 2);
      await store.confirm(storedRecord(bob, { seq: 20, digest: digestOf('other') }), 'frozen', START + 2);
      expect(await store.inbox(bob.address)).toMatchObject({
        seq: 20,
        confirmed: START + 1,
        frozen: false,
      });
    });

    test('a frozen inbox thaws with a record above the one that froze it, unconfirmed', async () => {
      const store = await withBob();
      await store.confirm(storedRecord(bob, { seq: 20 }), 'frozen', START + 1);
      expect(await store.inbox(bob.address)).toMatchObject({ seq: 20, confirmed: undefined, frozen: true });
      expect(await codeOf(store.enrol(storedRecord(bob, { seq: 15 }), START, START, 'open'))).toBe('seq');
      await store.enrol(storedRecord(bob, { seq: 21 }), START, START, 'open');
      expect(await store.inbox(bob.address)).toMatchObject({
        seq: 21,
        confirmed: undefined,
        frozen: false,
      });
    });

    test('confirming or asking about an inbox that nobody enrolled makes none', async () => {
      const store = await open();
      await store.confirm(storedRecord(bob), 'listed', START);
      expect(await store.inbox(bob.address)).toBeUndefined();
      expect(await codeOf(store.list(bob.address, ALL, START))).toBe('not-enrolled');
      expect(await codeOf(store.counts(bob.address, START))).toBe('not-enrolled');
      expect(await codeOf(store.acknowledge(bob.address, []))).toBe('not-enrolled');
      expect(await codeOf(store.remove(bob.address, []))).toBe('not-enrolled');
      expect(await codeOf(allow(store, 1))).toBe('not-enrolled');
    });
  });
}
