import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { openStore } from '../../extension/platform/store.ts';
import type { CounterRow, PinRow } from '../../src/agent/rows.ts';
import type { Address } from '../../src/protocol/ids.ts';

let stores = 0;
function freshName(): string {
  stores += 1;
  return `store ${String(stores)}`;
}

const counter = (name: string, value = 0): CounterRow => ({ counter: name, value });

describe('a transaction', () => {
  test('is all or nothing', async () => {
    const store = await openStore(freshName());
    await store.write(['counters'], (tx) => tx.put('counters', counter('a', 1)));
    const failing = store.write(['counters', 'pins'], async (tx) => {
      await tx.put('counters', counter('a', 2));
      await tx.put('pins', { address: '1A' as Address, seq: 1, token: 't' } satisfies PinRow);
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
    const store = await openStore(freshName());
    const add = () =>
      store.write(['counters'], async (tx) => {
        const { value } = (await tx.get('counters', 'n')) ?? counter('n');
        await tx.put('counters', counter('n', value + 1));
      });
    await Promise.all(Array.from({ length: 20 }, add));
    expect(await store.read(['counters'], (tx) => tx.get('counters', 'n'))).toEqual(counter('n', 20));
  });

  test('that awaits something foreign is an error, not half a write', async () => {
    const store = await openStore(freshName());
    const slow = store.write(['counters'], async (tx) => {
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
      await tx.put('counters', counter('late'));
    });
    await expect(slow).rejects.toThrow(/./);
    expect(await store.read(['counters'], (tx) => tx.list('counters'))).toEqual([]);
  });

  test('refuses rows that have no key', async () => {
    const store = await openStore(freshName());
    const broken = store.write(['counters'], (tx) => tx.put('counters', {} as CounterRow));
    await expect(broken).rejects.toThrow(/./);
  });
});

test('rows survive the one who wrote them', async () => {
  const name = freshName();
  const first = await openStore(name);
  await first.write(['counters'], (tx) => tx.put('counters', counter('a', 7)));
  first.close();
  const second = await openStore(name);
  expect(await second.read(['counters'], (tx) => tx.get('counters', 'a'))).toEqual(counter('a', 7));
  await second.write(['counters'], (tx) => tx.delete('counters', 'a'));
  expect(await second.read(['counters'], (tx) => tx.get('counters', 'a'))).toBeUndefined();
});

describe('a list', () => {
  async function filled() {
    const store = await openStore(freshName());
    await store.write(['links', 'deliveries'], async (tx) => {
      for (const inbox of ['1A', '1B'] as Address[]) {
        for (const server of ['letterbox x', 'letterbox y', 'letterbox z']) {
          const entry = { type: 'gaia', url: server } as const;
          await tx.put('links', { inbox, server, entry, stage: 'open', retry: { attempts: 0, nextTry: 0 } });
        }
      }
    });
    const servers = (query: Parameters<Parameters<typeof store.read>[1]>[0] extends never ? never : object) =>
      store.read(['links'], async (tx) =>
        (await tx.list('links', query)).map((row) => `${row.inbox} ${row.server.slice(-1)}`),
      );
    return { servers };
  }

  test('has the order of its keys', async () => {
    const { servers } = await filled();
    expect(await servers({})).toEqual(['1A x', '1A y', '1A z', '1B x', '1B y', '1B z']);
  });

  test('is narrowed by prefix, place, end and number', async () => {
    const { servers } = await filled();
    expect(await servers({ prefix: ['1A'] })).toEqual(['1A x', '1A y', '1A z']);
    expect(await servers({ prefix: ['1A'], after: ['1A', 'letterbox x'] })).toEqual(['1A y', '1A z']);
    expect(await servers({ prefix: ['1A'], upTo: ['1A', 'letterbox y'] })).toEqual(['1A x', '1A y']);
    expect(await servers({ prefix: ['1B'], limit: 1 })).toEqual(['1B x']);
    expect(await servers({ only: ['1B', 'letterbox y'] })).toEqual(['1B y']);
    expect(await servers({ after: ['1A', 'letterbox z'] })).toEqual(['1B x', '1B y', '1B z']);
    expect(await servers({ upTo: ['1A', 'letterbox x'] })).toEqual(['1A x']);
    expect(await servers({ prefix: ['1C'] })).toEqual([]);
  });
});
