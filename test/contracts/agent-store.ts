import { describe, expect, test } from 'vitest';
import type { CounterRow, OutboxRow, PinRow } from '../../src/agent/rows.ts';
import type { KeyRange, Query, Store } from '../../src/agent/store.ts';
import type { Address, MessageId, Origin } from '../../src/protocol/ids.ts';

/** A store over a database that may be opened again by its name. */
export type OpenAgentStore = (name: string) => Promise<Store & { readonly close: () => void }>;

const counter = (name: string, value = 0): CounterRow => ({ counter: name, value });
const pin = (address: string, seq: number): PinRow => ({ address: address as Address, seq, token: 't' });

/** In order of time: of 1A every second one, from 0 on. */
const SENT = ['m0', 'm1', 'm2', 'm3', 'm4', 'm5'];

function sent(id: string, index: number): OutboxRow {
  return {
    id: id as MessageId,
    inbox: (index % 2 === 0 ? '1A' : '1B') as Address,
    app: 'https://app.example' as Origin,
    kind: 'message',
    by: 'page',
    request: `call ${String(index)}`,
    to: { address: '1C' as Address },
    content: { type: 'text/plain', body: `Letter ${String(index)}` },
    file: Uint8Array.of(index, 0, 255),
    createdAt: 1000 + index,
    state: 'queued',
    reposts: 0,
    attempts: 0,
    nextTry: 5000 - index,
  };
}

/** What every store of the agent does, whatever it makes of the rows on the disk. */
export function agentStoreContract(title: string, open: OpenAgentStore): void {
  const opened = () => open(crypto.randomUUID());

  describe(`${title}: a transaction`, () => {
    test('is all or nothing', async () => {
      const store = await opened();
      await store.write(['counters'], (tx) => tx.put('counters', counter('a', 1)));
      const failing = store.write(['counters', 'pins'], async (tx) => {
        await tx.put('counters', counter('a', 2));
        await tx.put('pins', pin('1A', 1));
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      const after = await store.read(['counters', 'pins'], async (tx) => [
        await tx.get('counters', 'a'),
        await tx.list('pins'),
      ]);
      expect(after).toEqual([counter('a', 1), []]);
    });

    test('is alone over what it writes', async () => {
      const store = await opened();
      const address = '1A' as Address;
      const add = () =>
        store.write(['pins'], async (tx) => {
          const { seq } = (await tx.get('pins', address)) ?? pin(address, 0);
          await tx.put('pins', pin(address, seq + 1));
        });
      await Promise.all(Array.from({ length: 20 }, add));
      expect(await store.read(['pins'], (tx) => tx.get('pins', address))).toEqual(pin(address, 20));
    });

    test('that awaits something foreign is an error, not half a write', async () => {
      const store = await opened();
      const slow = store.write(['pins'], async (tx) => {
        await new Promise((resolve) => {
          setTimeout(resolve, 5);
        });
        await tx.put('pins', pin('1A', 1));
      });
      await expect(slow).rejects.toThrow(/./);
      expect(await store.read(['pins'], (tx) => tx.list('pins'))).toEqual([]);
    });

    test('refuses rows that have no key', async () => {
      const store = await opened();
      await expect(store.write(['counters'], (tx) => tx.put('counters', {} as CounterRow))).rejects.toThrow(
        /./,
      );
      await expect(store.write(['pins'], (tx) => tx.put('pins', {} as PinRow))).rejects.toThrow(/./);
    });
  });

  test(`${title}: rows survive the one who wrote them, bytes and all`, async () => {
    const name = crypto.randomUUID();
    const first = await open(name);
    await first.write(['outbox'], (tx) => tx.put('outbox', sent('m1', 1)));
    first.close();
    const second = await open(name);
    const id = 'm1' as MessageId;
    expect(await second.read(['outbox'], (tx) => tx.get('outbox', id))).toEqual(sent('m1', 1));
    await second.write(['outbox'], (tx) => tx.delete('outbox', id));
    expect(await second.read(['outbox'], (tx) => tx.get('outbox', id))).toBeUndefined();
  });

  describe(`${title}: a list`, () => {
    async function listing() {
      const store = await opened();
      await store.write(['outbox'], async (tx) => {
        for (const [index, id] of SENT.entries()) await tx.put('outbox', sent(id, index));
      });
      return (query: Query<'outbox'>) =>
        store.read(['outbox'], async (tx) => (await tx.list('outbox', query)).map(({ id }) => id).join(' '));
    }

    test('has the order of the numbers in its index', async () => {
      const list = await listing();
      expect(await list({ index: 'inbox', prefix: ['1A'] })).toBe('m0 m2 m4');
      expect(await list({ index: 'nextTry', prefix: ['1A'] })).toBe('m4 m2 m0');
    });

    test('is narrowed by prefix, place, end, value and number', async () => {
      const list = await listing();
      const inbox = { index: 'inbox', prefix: ['1B'] } as const;
      expect(await list(inbox)).toBe('m1 m3 m5');
      expect(await list({ ...inbox, after: ['1B', 1001] })).toBe('m3 m5');
      expect(await list({ ...inbox, upTo: ['1B', 1003] })).toBe('m1 m3');
      expect(await list({ ...inbox, after: ['1B', 1001], limit: 1 })).toBe('m3');
      expect(await list({ index: 'inbox', only: ['1B', 1005] })).toBe('m5');
      expect(await list({ index: 'request', only: ['https://app.example', 'call 2'] })).toBe('m2');
      expect(await list({ index: 'inbox', prefix: ['1C'] })).toBe('');
    });

    test('goes on behind the last row of the one before, until each was there once', async () => {
      const list = await listing();
      const seen: string[] = [];
      for (let last: string | undefined; ;) {
        const page = await list({ limit: 2, ...(last === undefined ? {} : { after: last }) });
        if (page === '') break;
        seen.push(...page.split(' '));
        last = seen.at(-1);
      }
      expect(seen.toSorted()).toEqual(SENT);
    });
  });

  test(`${title}: a table is cleared, and the others stay`, async () => {
    const store = await opened();
    await store.write(['outbox', 'pins'], async (tx) => {
      await tx.put('outbox', sent('m0', 0));
      await tx.put('pins', pin('1A', 1));
    });
    await store.write(['outbox'], (tx) => tx.clear('outbox'));
    const left = await store.read(['outbox', 'pins'], async (tx) => [
      await tx.list('outbox'),
      await tx.list('pins'),
    ]);
    expect(left).toEqual([[], [pin('1A', 1)]]);
  });

  test(`${title}: of a table those rows are cleared whose keys are asked for, and the rest is counted`, async () => {
    const store = await opened();
    await store.write(['pins'], async (tx) => {
      for (const address of ['1A', '1B', '1C', '1D', '1E']) await tx.put('pins', pin(address, 1));
    });
    const left = (keys: KeyRange) =>
      store.write(['pins'], async (tx) => {
        await tx.clear('pins', keys);
        const rows = await tx.list('pins');
        expect(await tx.count('pins')).toBe(rows.length);
        return new Set(rows.map(({ address }) => address));
      });
    // where keys are veiled their order is another: one row's place in it is all that can be said
    const order = (await store.read(['pins'], (tx) => tx.list('pins'))).map(({ address }) => address);
    const [first, second, third, fourth, fifth] = order;
    if (first === undefined || third === undefined) throw new Error('there are none');
    expect(await left({ upTo: first })).toEqual(new Set([second, third, fourth, fifth]));
    expect(await left({ after: third })).toEqual(new Set([second, third]));
  });
}
