import { describe, expect, test, vi } from 'vitest';
import type { Digest } from '../../../../src/protocol/bytes.ts';
import type { Cursor } from '../../../../src/protocol/server-api.ts';
import type { NatsStore } from '../../../../src/server/stores/nats.ts';
import { codeOf, newDelivery, standingOf, storedRecord } from '../../../contracts/store/fixtures.ts';
import { isThere, newStoreUrl, openStore } from '../../nats/store.ts';
import { createPerson, deliveryId, pointer, START } from '../../person.ts';

/** Stores over the same cluster, as several server processes have them. */

const bob = createPerson('bob');
const ALL = { limit: 200, unreadOnly: false };
const LIMITS = { stored: 60, unknown: 40, unknownPerSender: 5 };

async function three(): Promise<[NatsStore, NatsStore, NatsStore]> {
  const url = newStoreUrl();
  const open = (): Promise<NatsStore> => openStore(url, { limits: LIMITS });
  const first = await open();
  const stores: [NatsStore, NatsStore, NatsStore] = [first, await open(), await open()];
  await first.enrol(storedRecord(bob), START, START, 'open');
  return stores;
}

/** The sequence that a cursor stands at. */
function sequenceIn(cursor: Cursor): number {
  return Number(Buffer.from(cursor, 'base64url').toString().split('.')[2]);
}

async function sequencesOf(store: NatsStore): Promise<number[]> {
  const sequences: number[] = [];
  for (let after: Cursor | undefined, more = true; more;) {
    const query = { limit: 1, unreadOnly: false, ...(after === undefined ? {} : { after }) };
    const page = await store.list(bob.address, query, START);
    sequences.push(sequenceIn(page.cursor));
    ({ more, cursor: after } = page);
  }
  return sequences;
}

describe.skipIf(!isThere)('several stores in front of one cluster', () => {
  test('at the same moment: no gap, exact counters and quotas, each delivery once', async () => {
    const stores = await three();
    const senders = Array.from({ length: 12 }, (_, n) => createPerson(`sender ${n}`));
    const answers = await Promise.all(
      senders.flatMap((sender) =>
        Array.from({ length: 7 }, (_, n) => {
          const delivery = newDelivery(sender, bob, `${sender.address} ${n % 6}`); // one of seven is a repeat
          return codeOf((stores[n % 3] as NatsStore).accept(delivery));
        }),
      ),
    );
    const taken = answers.filter((answer) => answer === 'none').length;
    expect(new Set(answers)).toEqual(new Set(['none', 'quota']));
    expect(await stores[1].counts(bob.address, START)).toEqual({ unread: 40, total: 40 });
    expect(await sequencesOf(stores[2])).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
    const page = await stores[0].list(bob.address, ALL, START);
    expect(new Set(page.items.map(({ id, from }) => `${id} ${from.address}`)).size).toBe(40);
    expect(taken).toBeGreaterThanOrEqual(40);
    const bySender = Map.groupBy(page.items, ({ from }) => from.address);
    for (const items of bySender.values()) expect(items.length).toBeLessThanOrEqual(5);
  });

  test('of one key, with another pointer each, one wins and the others conflict', async () => {
    const stores = await three();
    const alice = createPerson('alice');
    const answers = await Promise.all(
      stores.map((store, n) =>
        codeOf(store.accept(newDelivery(alice, bob, 'one', { pointer: pointer(`pointer ${n}`) }))),
      ),
    );
    expect(answers.toSorted()).toEqual(['conflict', 'conflict', 'none']);
    expect(await stores[0].counts(bob.address, START)).toEqual({ unread: 1, total: 1 });
  });

  test('what one did, the others see at once', async () => {
    const [one, two, three_] = await three();
    const alice = createPerson('alice');
    await two.setPolicy(bob.address, { seq: 1, allowed: [alice.address], blocked: [] }, 'digest' as Digest);
    for (let n = 0; n < 20; n += 1) {
      const delivery = newDelivery(alice, bob, `letter ${n}`);
      await one.accept(delivery);
      expect((await two.list(bob.address, ALL, START)).items.at(-1)?.id).toBe(deliveryId(`letter ${n}`));
      await three_.acknowledge(bob.address, [delivery]);
      expect(await one.counts(bob.address, START)).toEqual({ unread: 0, total: n + 1 });
      expect(await two.remembered(delivery, START)).toBeDefined();
    }
    const { items } = await one.list(bob.address, ALL, START);
    await two.remove(
      bob.address,
      items.map(({ id, from }) => ({ id, from: from.address })),
    );
    expect((await three_.list(bob.address, ALL, START)).items).toEqual([]);
    expect(await standingOf(three_, bob, alice)).toBe('allowed');
  });

  test('acknowledging, removing and accepting at the same moment lose nothing of one another', async () => {
    const [one, two, three_] = await three();
    const alice = createPerson('alice');
    await one.setPolicy(bob.address, { seq: 1, allowed: [alice.address], blocked: [] }, 'digest' as Digest);
    const letters = Array.from({ length: 30 }, (_, n) => newDelivery(alice, bob, `letter ${n}`));
    for (const letter of letters.slice(0, 20)) await one.accept(letter);
    await Promise.all([
      ...letters.slice(20).map((letter) => one.accept(letter)),
      ...letters.slice(0, 10).map((letter) => two.acknowledge(bob.address, [letter])),
      ...letters.slice(5, 15).map((letter) => three_.remove(bob.address, [letter])),
    ]);
    expect(await one.counts(bob.address, START)).toEqual({ unread: 15, total: 20 });
    expect((await two.list(bob.address, ALL, START)).items).toHaveLength(20);
  });

  test('an invite opens as many inboxes as it says, wherever it is shown', async () => {
    const stores = await three();
    const invite = { id: 'invite', uses: 4, exp: START + 100 };
    const enrol = (n: number): Promise<string> => {
      const record = storedRecord(createPerson(`guest ${n}`));
      return codeOf((stores[n % 3] as NatsStore).enrol(record, START, START, invite));
    };
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => enrol(n)));
    expect(answers.filter((answer) => answer === 'none')).toHaveLength(4);
    expect(answers.filter((answer) => answer === 'not-admitted')).toHaveLength(8);
    const opened = answers.indexOf('none');
    expect(await enrol(opened)).toBe('none'); // again: used for this address already
  });

  test('one of several leaves at the same moment is the one; the inbox is gone for all', async () => {
    const stores = await three();
    const leave = { jti: 'once', issued: START + 10, forget: START + 600 };
    const answers = await Promise.all(
      stores.map((store) => codeOf(store.leave(bob.address, leave, START + 10))),
    );
    expect(answers.toSorted()).toEqual(['none', 'token-replayed', 'token-replayed']);
    for (const store of stores) expect(await store.inbox(bob.address)).toBeUndefined();
  });

  test('a hint reaches whoever watches, once, whichever process stored', async () => {
    const [one, two] = await three();
    const heard: Cursor[] = [];
    const stop = two.watch(bob.address, (cursor) => heard.push(cursor));
    let sent = 0;
    const send = async (): Promise<void> => {
      await one.accept(newDelivery(createPerson(`sender ${sent}`), bob, `letter ${sent}`));
      sent += 1;
    };
    for (let n = 1; n <= 5; n += 1) {
      await send();
      await vi.waitFor(() => expect(heard.map(sequenceIn)).toContain(n), 10_000);
    }
    expect(heard.map(sequenceIn)).toEqual([1, 2, 3, 4, 5]);
    stop();
    const other = new Promise<Cursor>((resolve) => {
      two.watch(bob.address, resolve);
    });
    await send();
    expect(sequenceIn(await other)).toBe(6);
    expect(heard).toHaveLength(5);
  });

  test('partitions: every inbox is one place, whatever the number', async () => {
    const url = newStoreUrl();
    const [one, two] = [await openStore(url, { partitions: 4 }), await openStore(url)];
    const people = Array.from({ length: 12 }, (_, n) => createPerson(`person ${n}`));
    for (const person of people) await one.enrol(storedRecord(person), START, START, 'open');
    for (const person of people)
      await two.accept(newDelivery(bob, person, 'hello', { id: deliveryId(person.address) }));
    for (const person of people) {
      const { items } = await one.list(person.address, ALL, START);
      expect(items.map(({ id }) => id)).toEqual([deliveryId(person.address)]);
    }
    await two.check();
    expect(await two.bytes()).toBeGreaterThan(12 * 2500);
  });
});
