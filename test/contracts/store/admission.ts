import { describe, expect, test } from 'vitest';
import type { Digest } from '../../../src/protocol/bytes.ts';
import type { Admission, Store } from '../../../src/server/stores/store.ts';
import { createPerson, START, type Person } from '../../server/person.ts';
import { alice, allow, bob, carol, codeOf, newDelivery, storedRecord, type Subject } from './fixtures.ts';

/** On what grounds a new inbox is made. */
export function describeAdmission({ open, withBob }: Subject): void {
  describe('admission', () => {
    const invite = { id: 'invite', uses: 2, exp: START + 100 };
    const enrol = (store: Store, person: Person, admission: Admission, now = START) =>
      codeOf(store.enrol(storedRecord(person), START, now, admission));

    /** What becomes of so many of Alice's, some of which are there already. */
    const fill = async (store: Store, to: Person, count = 5): Promise<string[]> => {
      const codes: string[] = [];
      for (const seed of ['a', 'b', 'c', 'd', 'e'].slice(0, count))
        codes.push(await codeOf(store.accept(newDelivery(alice, to, seed))));
      return codes;
    };

    test('without grounds no inbox is made, and one that is there is renewed', async () => {
      const store = await withBob();
      expect(await enrol(store, alice, 'none')).toBe('not-admitted');
      expect(await store.inbox(alice.address)).toBeUndefined();
      expect(await enrol(store, bob, 'none')).toBe('none');
      const renewed = store.enrol(storedRecord(bob, { seq: 11 }), START, START, 'none');
      expect(await codeOf(renewed)).toBe('none');
      expect((await store.inbox(bob.address))?.seq).toBe(11);
    });

    test('an invite opens as many inboxes as it says, renewals not counted, at the same moment too', async () => {
      const store = await open();
      const people = ['a', 'b', 'c', 'd'].map((name) => createPerson(name));
      const answers = await Promise.all(people.map((person) => enrol(store, person, invite)));
      expect(answers).toEqual(['none', 'none', 'not-admitted', 'not-admitted']);
      expect(await enrol(store, people[0] as Person, invite)).toBe('none');
      expect(await enrol(store, people[2] as Person, { ...invite, id: 'another' })).toBe('none');
    });

    test('who left comes back by the same invite, which counts it once', async () => {
      const store = await open();
      const once = { ...invite, uses: 1 };
      expect(await enrol(store, bob, once)).toBe('none');
      await store.leave(bob.address, { jti: 'x', issued: START - 1, forget: START + 600 }, START);
      expect(await enrol(store, carol, once)).toBe('not-admitted');
      expect(await enrol(store, bob, once, START + 99)).toBe('none');
      expect(await store.inbox(bob.address)).toBeDefined();
    });

    test('an invite runs out', async () => {
      const store = await open();
      expect(await enrol(store, alice, invite, START + 99)).toBe('none');
      expect(await enrol(store, bob, invite, START + 100)).toBe('not-admitted');
    });

    test('a clock that was ahead for a while gives no use back', async () => {
      const [store, once] = [await open(), { ...invite, uses: 1 }];
      const [month, later] = [30 * 86_400, { ...invite, id: 'another', exp: START + 40 * 86_400 }];
      expect(await enrol(store, alice, once)).toBe('none');
      expect(await enrol(store, carol, later, START + month)).toBe('none');
      expect(await enrol(store, bob, once, START + 1)).toBe('not-admitted');
    });

    test('who is refused for another reason uses nothing up', async () => {
      const store = await withBob();
      const once = { ...invite, uses: 1 };
      await store.leave(bob.address, { jti: 'x', issued: START + 10, forget: START + 600 }, START + 10);
      expect(await enrol(store, bob, once, START + 11)).toBe('token-replayed');
      expect(await enrol(store, alice, once)).toBe('none');
    });

    test('an inbox keeps as much as its invite says', async () => {
      const store = await open();
      await store.enrol(storedRecord(bob), START, START, { ...invite, stored: 4 });
      await store.enrol(storedRecord(carol), START, START, 'open');
      await allow(store, 1, alice.address);
      const policy = { seq: 1, allowed: [alice.address], blocked: [] };
      await store.setPolicy(carol.address, policy, 'digest' as Digest);
      expect(await fill(store, bob)).toEqual(['none', 'none', 'none', 'none', 'inbox-full']);
      expect(await fill(store, carol)).toEqual(['none', 'none', 'none', 'inbox-full', 'inbox-full']);
    });

    describe('a plan', () => {
      const FULL = { 1: ['none', 'inbox-full'], 2: ['none', 'none', 'inbox-full'] };

      test.each([
        ['an invite', { ...invite, stored: 1 }, { ...invite, id: 'more', stored: 2 }],
        ['a list', { stored: 1 }, { stored: 2 }],
      ])('of %s is another from the renewal on that says so', async (_grounds, small, large) => {
        const store = await open();
        expect(await enrol(store, bob, small)).toBe('none');
        await allow(store, 1, alice.address);
        expect(await fill(store, bob, 2)).toEqual(FULL[1]);
        expect(await enrol(store, bob, large)).toBe('none');
        expect(await fill(store, bob, 3)).toEqual(FULL[2]);
        expect(await codeOf(store.enrol(storedRecord(bob, { seq: 11 }), START, START, 'none'))).toBe('none');
        expect(await fill(store, bob, 3)).toEqual(FULL[2]);
        expect((await store.list(bob.address, { limit: 9, unreadOnly: false }, START)).total).toBe(2);
      });

      test('that the list no longer names is that of all others', async () => {
        const store = await open();
        await enrol(store, bob, { stored: 1 });
        await allow(store, 1, alice.address);
        expect(await enrol(store, bob, {})).toBe('none');
        expect(await fill(store, bob, 4)).toEqual(['none', 'none', 'none', 'inbox-full']);
      });

      test('by an invite that is used up, or has run out, is none: the inbox is renewed and stays on its own', async () => {
        const store = await open();
        const once = { ...invite, id: 'once', uses: 1, stored: 2 };
        await enrol(store, bob, { ...invite, stored: 1 });
        await enrol(store, carol, once);
        await allow(store, 1, alice.address);
        const renewal = (seq: number, now: number) =>
          codeOf(store.enrol(storedRecord(bob, { seq }), START, now, once));
        expect([await renewal(11, START), await renewal(12, START + 100)]).toEqual(['none', 'none']);
        expect((await store.inbox(bob.address))?.seq).toBe(12);
        expect(await fill(store, bob, 2)).toEqual(FULL[1]);
      });

      test('moved to by an invite counts as one of its uses', async () => {
        const store = await withBob();
        const once = { ...invite, uses: 1, stored: 2 };
        expect(await enrol(store, bob, once)).toBe('none');
        expect(await enrol(store, alice, once)).toBe('not-admitted');
      });
    });
  });
}
