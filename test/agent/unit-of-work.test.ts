import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { openStore } from '../../extension/platform/store.ts';
import type { Reading, Writing } from '../../src/agent/store.ts';
import { asOne } from '../../src/agent/unit-of-work.ts';

type Tx = Writing<'counters'>;

let stores = 0;
async function setUp() {
  stores += 1;
  const store = await openStore(`unit of work ${String(stores)}`);
  const calls: string[] = [];
  const counted = (tx: Tx): Tx => ({
    get: (table, key) => (calls.push(`get ${key}`), tx.get(table, key)),
    list: (table, query) => (calls.push('list'), tx.list(table, query)),
    count: (table) => (calls.push('count'), tx.count(table)),
    put: (table, row) => (calls.push(`put ${row.counter} ${String(row.value)}`), tx.put(table, row)),
    delete: (table, key) => (calls.push(`delete ${key}`), tx.delete(table, key)),
    clear: (table, keys) => (calls.push('clear'), tx.clear(table, keys)),
  });
  const within = <Result>(work: (tx: Tx) => Promise<Result>) =>
    store.write(['counters'], (tx) => asOne(counted(tx), work));
  const kept = () => store.read(['counters'], (tx: Reading<'counters'>) => tx.list('counters'));
  return { calls, within, kept };
}

test('each row is read once and written once, as it is at the end', async () => {
  const { calls, within, kept } = await setUp();
  await within(async (tx) => {
    for (let n = 1; n <= 3; n += 1) {
      const { value } = (await tx.get('counters', 'a')) ?? { value: 0 };
      await tx.put('counters', { counter: 'a', value: value + n });
    }
  });
  expect(calls).toEqual(['get a', 'put a 6']);
  expect(await kept()).toEqual([{ counter: 'a', value: 6 }]);
});

test('what is deleted is not there, and what is put after that is', async () => {
  const { within, kept } = await setUp();
  await within((tx) => tx.put('counters', { counter: 'a', value: 1 }));
  await within(async (tx) => {
    await tx.delete('counters', 'a');
    expect(await tx.get('counters', 'a')).toBeUndefined();
  });
  expect(await kept()).toEqual([]);
  await within(async (tx) => {
    await tx.delete('counters', 'a');
    await tx.put('counters', { counter: 'a', value: 2 });
  });
  expect(await kept()).toEqual([{ counter: 'a', value: 2 }]);
});

test('a list has what was written before it, and clearing takes that along', async () => {
  const { within, kept } = await setUp();
  await within(async (tx) => {
    await tx.put('counters', { counter: 'a', value: 1 });
    expect(await tx.list('counters')).toEqual([{ counter: 'a', value: 1 }]);
    await tx.put('counters', { counter: 'b', value: 2 });
    await tx.clear('counters');
    expect(await tx.get('counters', 'a')).toBeUndefined();
    await tx.put('counters', { counter: 'c', value: 3 });
  });
  expect(await kept()).toEqual([{ counter: 'c', value: 3 }]);
});

test('where the work fails nothing is written', async () => {
  const { within, kept } = await setUp();
  const work = within(async (tx) => {
    await tx.put('counters', { counter: 'a', value: 1 });
    throw new Error('in the middle');
  });
  await expect(work).rejects.toThrow('in the middle');
  expect(await kept()).toEqual([]);
});
