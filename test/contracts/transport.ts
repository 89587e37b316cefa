import { describe, expect, test } from 'vitest';
import { newId, type Address } from '../../src/protocol/ids.ts';
import type { Pointer } from '../../src/protocol/pointer.ts';
import type { ServerEntry } from '../../src/protocol/record.ts';
import type { Caller, OutgoingDelivery, Transport } from '../../src/protocol/transport.ts';
import type { ErrorCode } from '../../src/protocol/errors.ts';
import { isLetterboxError } from '../../src/protocol/errors.ts';
import { random } from '../agent/world.ts';

/** Someone whose record is published and names the entry. */
export interface Peer {
  readonly caller: Caller;
  /** The record file, as published. */
  readonly record: Uint8Array;
}

export interface TransportBench<Entry extends ServerEntry> {
  readonly transport: Transport<Entry>;
  readonly entry: Entry;
  createPeer(): Promise<Peer>;
  /** A pointer of the right length from one to the other. */
  seal(from: Peer, to: Peer): Promise<Pointer>;
}

/** What the agent relies on, whatever carries the pointers. Run by every adapter. docs/protocol.md#9 */
export function transportContract<Entry extends ServerEntry>(
  name: string,
  bench: () => TransportBench<Entry>,
): void {
  const enrolled = async (): Promise<Peer> => {
    const { transport, entry, createPeer } = bench();
    const peer = await createPeer();
    await transport.enrol(entry, peer.caller, peer.record);
    return peer;
  };

  const outgoing = async (from: Peer, to: Peer): Promise<OutgoingDelivery> => ({
    id: newId(random),
    to: to.caller.address,
    pointer: await bench().seal(from, to),
  });

  describe(`${name} as a transport`, () => {
    test('says what it is', async () => {
      const { transport, entry } = bench();
      expect(transport.type).toBe(entry.type);
      expect((await transport.info(entry)).versions).toContain(1);
    });

    test('takes mail only for those who enrolled', async () => {
      const { transport, entry, createPeer } = bench();
      const [alice, bob] = [await createPeer(), await createPeer()];
      const delivery = await outgoing(alice, bob);
      await refused(transport.deliver(entry, alice.caller, delivery), 'recipient-refused');
      await transport.enrol(entry, bob.caller, bob.record);
      await transport.enrol(entry, bob.caller, bob.record);
      await transport.deliver(entry, alice.caller, delivery);
      expect(await transport.count(entry, bob.caller)).toEqual({ unread: 1, total: 1 });
    });

    test('lists a delivery once, however often it was made, with the pointer as it was', async () => {
      const { transport, entry, createPeer } = bench();
      const [alice, bob] = [await createPeer(), await enrolled()];
      const delivery = await outgoing(alice, bob);
      const acceptance = await transport.deliver(entry, alice.caller, delivery);
      expect(acceptance.expires).toBeGreaterThan(acceptance.receivedAt);
      expect(await transport.deliver(entry, alice.caller, delivery)).toEqual(acceptance);

      const { items, more } = await transport.list(entry, bob.caller, undefined);
      const { address, bucket } = alice.caller;
      const { id, pointer } = delivery;
      expect(items).toEqual([{ id, pointer, from: { address, bucket }, ...acceptance, read: false }]);
      expect(more).toBe(false);
    });

    test('keeps the first pointer of a delivery', async () => {
      const { transport, entry, createPeer } = bench();
      const [alice, bob] = [await createPeer(), await enrolled()];
      const delivery = await outgoing(alice, bob);
      await transport.deliver(entry, alice.caller, delivery);
      const other = { ...delivery, pointer: (await outgoing(alice, bob)).pointer };
      await refused(transport.deliver(entry, alice.caller, other), 'conflict');
      const { items } = await transport.list(entry, bob.caller, undefined);
      expect(items.map(({ pointer }) => pointer)).toEqual([delivery.pointer]);
    });

    test('goes on after a cursor, which an empty page repeats', async () => {
      const { transport, entry, createPeer } = bench();
      const [alice, bob] = [await createPeer(), await enrolled()];
      const start = await transport.list(entry, bob.caller, undefined);
      expect(start.items).toEqual([]);
      const first = await outgoing(alice, bob);
      await transport.deliver(entry, alice.caller, first);
      const one = await transport.list(entry, bob.caller, start.cursor);
      expect(one.items.map(({ id }) => id)).toEqual([first.id]);
      expect(await transport.list(entry, bob.caller, one.cursor)).toMatchObject({
        items: [],
        cursor: one.cursor,
      });
      const second = await outgoing(alice, bob);
      await transport.deliver(entry, alice.caller, second);
      const two = await transport.list(entry, bob.caller, one.cursor);
      expect(two.items.map(({ id }) => id)).toEqual([second.id]);
      const all = await transport.list(entry, bob.caller, undefined);
      expect(all.items.map(({ id }) => id)).toEqual([first.id, second.id]);
    });

    test('remembers what was read, and still lists it', async () => {
      const { transport, entry, createPeer } = bench();
      const [alice, bob] = [await createPeer(), await enrolled()];
      const { id } = await delivered(alice, bob);
      const items = [{ from: alice.caller.address, id }];
      await transport.acknowledge(entry, bob.caller, items);
      await transport.acknowledge(entry, bob.caller, items);
      expect(await transport.count(entry, bob.caller)).toEqual({ unread: 0, total: 1 });
      const { items: listed } = await transport.list(entry, bob.caller, undefined);
      expect(listed).toMatchObject([{ id, read: true }]);
    });

    test('forgets what was removed, and does not take it again', async () => {
      const { transport, entry, createPeer } = bench();
      const [alice, bob] = [await createPeer(), await enrolled()];
      const delivery = await delivered(alice, bob);
      const items = [{ from: alice.caller.address, id: delivery.id }];
      await transport.remove(entry, bob.caller, items);
      await transport.remove(entry, bob.caller, items);
      await transport.deliver(entry, alice.caller, delivery);
      expect((await transport.list(entry, bob.caller, undefined)).items).toEqual([]);
    });

    test('turns away whom the policy blocks; an older policy changes nothing', async () => {
      const { transport, entry, createPeer } = bench();
      const [alice, bob] = [await createPeer(), await enrolled()];
      const blocks = { seq: 2, allowed: [], blocked: [alice.caller.address] };
      await transport.setPolicy(entry, bob.caller, blocks);
      await transport.setPolicy(entry, bob.caller, blocks);
      await refused(transport.setPolicy(entry, bob.caller, { seq: 1, allowed: [], blocked: [] }), 'seq');
      const delivery = await outgoing(alice, bob);
      await refused(transport.deliver(entry, alice.caller, delivery), 'recipient-refused');
    });

    test('hints at mail for the inboxes that listen', async () => {
      const { transport, entry, createPeer } = bench();
      const [alice, bob, carol] = [await createPeer(), await enrolled(), await enrolled()];
      const hints = recorded();
      const subscription = transport.listen(entry, [bob.caller, carol.caller], hints);
      await hints.untilLive(bob.caller.address);
      await hints.untilLive(carol.caller.address);
      await delivered(alice, bob);
      await hints.until(bob.caller.address, 1);
      subscription.close();
      expect(hints.of(carol.caller.address)).toBe(0);
      expect(hints.losses).toEqual([]);
    });

    test('after leaving there is nothing, and leaving again says so', async () => {
      const { transport, entry, createPeer } = bench();
      const [alice, bob] = [await createPeer(), await enrolled()];
      await delivered(alice, bob);
      await transport.leave(entry, bob.caller);
      await refused(transport.list(entry, bob.caller, undefined), 'not-enrolled');
      await refused(transport.leave(entry, bob.caller), 'not-enrolled');
      await refused(transport.deliver(entry, alice.caller, await outgoing(alice, bob)), 'recipient-refused');
    });
  });

  async function delivered(from: Peer, to: Peer): Promise<OutgoingDelivery> {
    const { transport, entry } = bench();
    const delivery = await outgoing(from, to);
    await transport.deliver(entry, from.caller, delivery);
    return delivery;
  }
}

export async function refused(promise: Promise<unknown>, code: ErrorCode): Promise<void> {
  const outcome = await promise.then(
    () => 'no refusal',
    (error: unknown) => (isLetterboxError(error) ? error.code : error),
  );
  expect(outcome).toBe(code);
}

/** Listens, and lets a test wait for what it hears. */
export function recorded() {
  const counts = new Map<Address, number>();
  const listened = new Set<Address>();
  const waiting = new Set<() => void>();
  const losses: unknown[] = [];
  const of = (address: Address): number => counts.get(address) ?? 0;
  const wake = (): void => {
    for (const look of waiting) look();
  };
  return {
    losses,
    of,
    live(address: Address) {
      listened.add(address);
      wake();
    },
    quiet: (address: Address) => void listened.delete(address),
    untilLive: (address: Address) => when(() => listened.has(address)),
    hint(address: Address) {
      counts.set(address, of(address) + 1);
      wake();
    },
    lost(reason: unknown) {
      losses.push(reason);
      wake();
    },
    async until(address: Address, count: number) {
      await when(() => of(address) >= count);
    },
    lostOnce: () => when(() => losses.length > 0),
  };

  function when(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!condition()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  }
}
