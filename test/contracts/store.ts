import { describe, expect, test } from 'vitest';
import type { Digest } from '../../src/protocol/bytes.ts';
import type { LetterboxError } from '../../src/protocol/errors.ts';
import { stacksCipher } from '../../src/protocol/envelope.ts';
import { publicKeyOf, type Address, type Bucket } from '../../src/protocol/ids.ts';
import { parsePointer, type Pointer } from '../../src/protocol/pointer.ts';
import type { Cursor, DeliveryPage } from '../../src/protocol/server-api.ts';
import { digestOf } from '../../src/server/stores/digest.ts';
import type {
  Admission,
  NewDelivery,
  Store,
  StoredRecord,
  StoreLimits,
} from '../../src/server/stores/store.ts';
import { asName, createPerson, deliveryId, pointer, START, type Person } from '../server/person.ts';

/** Small, so that they can be reached. */
export const CONTRACT_LIMITS: StoreLimits = { stored: 3, unknown: 4, unknownPerSender: 2 };

const alice = createPerson('alice');
const bob = createPerson('bob');
const carol = createPerson('carol');
const ALL = { limit: 200, unreadOnly: false };

export function storedRecord(person: Person, changes: Partial<StoredRecord> = {}): StoredRecord {
  const { address, app, bucket } = person;
  const seq = changes.seq ?? 10;
  const record = { address, app, bucket, seq, exp: START + 1000, unknown: 'request' as const };
  return { ...record, digest: digestOf(`token ${seq}`), ...changes };
}

export function newDelivery(
  from: Person,
  to: Person,
  seed: string,
  changes: Partial<NewDelivery> = {},
): NewDelivery {
  return {
    to: to.address,
    from: from.address,
    bucket: from.bucket,
    id: deliveryId(seed),
    pointer: pointer(seed),
    receivedAt: START,
    expires: START + 1000,
    ...changes,
  };
}

async function sealedPointer(text: string): Promise<Pointer> {
  return parsePointer(await stacksCipher.seal(text.padEnd(1535), publicKeyOf(bob.key)));
}

export const codeOf = async (refused: Promise<unknown>): Promise<string> => {
  const error: unknown = await refused.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return (error as LetterboxError | undefined)?.code ?? 'none';
};

const seeds = (page: DeliveryPage, among: readonly string[]): string[] =>
  page.items.map(({ id }) => among.find((seed) => deliveryId(seed) === id) ?? 'unknown');

export interface StoreTraits {
  /** Who erases what has expired: the sweep, at the time that it is given, or the store's engine, by its own clock. */
  readonly erases: 'sweep' | 'engine';
}

/** What every store does, whatever it is made of. `open` gives an empty one with CONTRACT_LIMITS. */
export function describeStore(adapter: string, { erases }: StoreTraits, open: () => Promise<Store>): void {
  /** What a sweep says that it erased. */
  const swept = (deliveries: number): number => (erases === 'sweep' ? deliveries : 0);

  async function withBob(): Promise<Store> {
    const store = await open();
    await store.enrol(storedRecord(bob), START, START, 'open');
    return store;
  }

  /** Bob allows these. */
  const allow = (store: Store, seq: number, ...allowed: Address[]): Promise<void> =>
    store.setPolicy(bob.address, { seq, allowed, blocked: [] }, `digest ${seq}` as Digest);

  describe(`store contract: ${adapter}`, () => {
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

    describe('admission', () => {
      const invite = { id: 'invite', uses: 2, exp: START + 100 };
      const enrol = (store: Store, person: Person, admission: Admission, now = START) =>
        codeOf(store.enrol(storedRecord(person), START, now, admission));

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

      test('an invite runs out', async () => {
        const store = await open();
        expect(await enrol(store, alice, invite, START + 99)).toBe('none');
        expect(await enrol(store, bob, invite, START + 100)).toBe('not-admitted');
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
        const fill = async (to: Person): Promise<string[]> => {
          const codes: string[] = [];
          for (const seed of ['a', 'b', 'c', 'd', 'e'])
            codes.push(await codeOf(store.accept(newDelivery(alice, to, seed))));
          return codes;
        };
        expect(await fill(bob)).toEqual(['none', 'none', 'none', 'none', 'inbox-full']);
        expect(await fill(carol)).toEqual(['none', 'none', 'none', 'inbox-full', 'inbox-full']);
      });
    });

    describe('leaving', () => {
      const leave = { jti: 'once', issued: START + 10, forget: START + 600 };

      test('erases everything, once', async () => {
        const store = await withBob();
        await store.accept(newDelivery(alice, bob, 'one'));
        await allow(store, 1, carol.address);
        await store.leave(bob.address, leave, START + 10);
        expect(await store.inbox(bob.address)).toBeUndefined();
        expect(await codeOf(store.leave(bob.address, leave, START + 11))).toBe('token-replayed');
        expect(await codeOf(store.leave(bob.address, { ...leave, jti: 'twice' }, START + 11))).toBe(
          'not-enrolled',
        );

        await store.enrol(storedRecord(bob), START + 11, START + 11, 'open');
        expect((await store.list(bob.address, ALL, START)).items).toEqual([]);
        expect(await store.counts(bob.address, START)).toEqual({ unread: 0, total: 0 });
        expect(await store.standing(bob.address, carol.address)).toBe('unknown');
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
        expect(await codeOf(store.list(bob.address, { ...ALL, after: cursor }, START))).toBe(
          'cursor-expired',
        );
      });
    });

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
        expect(
          await codeOf(store.accept(newDelivery(alice, bob, 'one', { pointer: pointer('other') }))),
        ).toBe('conflict');
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

    describe('policy', () => {
      test('says how a sender stands; blocked wins', async () => {
        const store = await withBob();
        const [allowed, blocked] = [[alice.address, carol.address], [carol.address]];
        await store.setPolicy(bob.address, { seq: 5, allowed, blocked }, 'a' as Digest);
        expect(await store.standing(bob.address, alice.address)).toBe('allowed');
        expect(await store.standing(bob.address, carol.address)).toBe('blocked');
        expect(await store.standing(bob.address, bob.address)).toBe('unknown');
        expect(await codeOf(store.accept(newDelivery(carol, bob, 'one')))).toBe('recipient-refused');
      });

      test('is ordered by seq: lower is refused, equal only from the same bytes', async () => {
        const store = await withBob();
        await allow(store, 5, alice.address);
        await allow(store, 5, alice.address);
        const other = { seq: 5, allowed: [], blocked: [] };
        expect(await codeOf(store.setPolicy(bob.address, other, 'other' as Digest))).toBe('seq');
        expect(await codeOf(allow(store, 4))).toBe('seq');
        expect(await store.standing(bob.address, alice.address)).toBe('allowed');
        await allow(store, 6);
        expect(await store.standing(bob.address, alice.address)).toBe('unknown');
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
        expect((await store.list(bob.address, { ...ALL, after: next.cursor }, START)).cursor).toBe(
          next.cursor,
        );
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
  });
}
