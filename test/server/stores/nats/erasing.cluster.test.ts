import { describe, expect, test, vi } from 'vitest';
import { decodeHead } from '../../../../src/server/stores/nats/head.ts';
import { newDelivery, storedRecord } from '../../../contracts/store/fixtures.ts';
import { viewEngine } from '../../nats/engine.ts';
import { isThere, newStoreUrl, openStore } from '../../nats/store.ts';
import { createPerson, deliveryId, START } from '../../person.ts';

const alice = createPerson('alice');
const bob = createPerson('bob');
const ALL = { limit: 200, unreadOnly: false };
const LIMITS = { stored: 100, unknown: 100, unknownPerSender: 100 };
const PATIENCE = { timeout: 20_000, interval: 100 };

async function withBob() {
  const url = newStoreUrl();
  const store = await openStore(url, { limits: LIMITS, grace: 0 });
  await store.enrol(storedRecord(bob), START, START, 'open');
  return { url, store, engine: await viewEngine(url) };
}

describe.skipIf(!isThere)('the engine', () => {
  test('erases what has expired, by its own clock, and what is removed at once', async () => {
    const { store, engine } = await withBob();
    const brief = newDelivery(alice, bob, 'brief', { expires: START + 2 });
    await store.accept(brief);
    await store.accept(newDelivery(alice, bob, 'long'));
    const removed = newDelivery(alice, bob, 'removed');
    await store.accept(removed);
    expect(await engine.subjects('mail.>')).toHaveLength(3);
    await store.remove(bob.address, [removed]);

    await vi.waitFor(async () => {
      expect(await engine.subjects('mail.>')).toEqual([`mail.${bob.address}.2`]);
      expect(await engine.subjects('key.>')).toHaveLength(2); // of the long one, and of the removed one
    }, PATIENCE);
    expect(await store.remembered(brief, START)).toBeUndefined();
    expect(await store.remembered(removed, START)).toBeDefined();
  });

  test('that is ahead of our clock takes a delivery off the list; the list and its cursors go on', async () => {
    const { store, engine } = await withBob();
    await store.accept(newDelivery(alice, bob, 'brief', { expires: START + 1 }));
    await store.accept(newDelivery(alice, bob, 'long'));
    await vi.waitFor(async () => expect(await engine.subjects('mail.>')).toHaveLength(1), PATIENCE);
    const first = await store.list(bob.address, { limit: 1, unreadOnly: false }, START);
    expect(first).toMatchObject({ items: [], more: true });
    const next = await store.list(bob.address, { ...ALL, after: first.cursor }, START);
    expect(next.items.map(({ id }) => id)).toEqual([deliveryId('long')]);
  });

  test('keeps of a removed delivery nothing but the memory of it', async () => {
    const { store, engine } = await withBob();
    const delivery = newDelivery(alice, bob, 'one');
    await store.accept(delivery);
    await store.remove(bob.address, [delivery]);
    expect(await engine.last(`mail.${bob.address}.1`)).toHaveLength(0);
    expect(await engine.last(`head.${bob.address}`)).not.toHaveLength(0);
  });
});

describe.skipIf(!isThere)('an inbox', () => {
  test('has one mark of the day on which it ends, which a renewal moves and its end takes along', async () => {
    const { store, engine } = await withBob();
    const marks = () => engine.subjects('ends.>');
    const first = await marks();
    expect(first).toEqual([expect.stringMatching(new RegExp(`^ends\\.\\d{5}\\.${bob.address}$`))]);
    await store.enrol(storedRecord(bob, { seq: 11, exp: START + 90 * 86_400 }), START, START, 'open');
    await vi.waitFor(async () => expect(await marks()).toHaveLength(1), PATIENCE);
    expect(await marks()).not.toEqual(first);
    expect(await store.sweep(START + 121 * 86_400, 10)).toBe(1);
    await vi.waitFor(async () => {
      expect((await engine.subjects('>')).filter((subject) => !/^(head|check)/.test(subject))).toEqual([]);
    }, PATIENCE); // the head's bar stays for some minutes
  });
});

describe.skipIf(!isThere)('an inbox that was left', () => {
  const leave = { jti: 'once', issued: START + 10, forget: START + 600 };

  test('leaves nothing behind but that it was left', async () => {
    const { store, engine } = await withBob();
    await store.accept(newDelivery(alice, bob, 'one'));
    await store.leave(bob.address, leave, START + 10);
    const left = (await engine.subjects('>')).filter((subject) => /^(mail|key|erase)/.test(subject));
    expect(left).toEqual([]);
    await vi.waitFor(async () => expect(await engine.subjects('policy.>')).toEqual([]), PATIENCE);
  });

  test('is erased by the next sweep where the process died before it could, and a newer one is not', async () => {
    const { store, engine } = await withBob();
    const { nats, root } = engine;
    for (const subject of [`mail.${bob.address}.1`, `key.${bob.address}.x`, `erase.${bob.address}`])
      await nats.request(`${root}${subject}`, 'left behind');
    await store.accept(newDelivery(alice, bob, 'one'));
    await store.accept(newDelivery(alice, bob, 'two'));
    expect(await store.sweep(START, 100)).toBe(0);
    expect(await engine.subjects('erase.>')).toEqual([]);
    expect(await engine.subjects('key.>')).toHaveLength(2);
    expect((await store.list(bob.address, ALL, START)).items).toHaveLength(2);
  });
});

test.skipIf(!isThere)(
  'what a sweep was told has expired leaves the inbox’s state with the next write, and not before',
  async () => {
    const { store, engine } = await withBob();
    const entries = async (): Promise<number> => {
      return decodeHead(await engine.last(`head.${bob.address}`)).entries.length;
    };
    const later = (seed: string) =>
      newDelivery(alice, bob, seed, { receivedAt: START + 5000, expires: START + 9000 });
    await store.accept(newDelivery(alice, bob, 'one'));
    await store.accept(later('two')); // by a clock that jumped ahead: nothing is taken away
    expect(await entries()).toBe(2);
    await store.sweep(START + 2000, 100);
    await store.accept(later('three'));
    expect(await entries()).toBe(2);
    expect((await store.list(bob.address, ALL, START)).items.map(({ id }) => id)).toEqual(
      ['two', 'three'].map((seed) => deliveryId(seed)),
    );
  },
);
