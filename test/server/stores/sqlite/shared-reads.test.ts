import { DatabaseSync } from 'node:sqlite';
import { expect, test, vi } from 'vitest';
import { createSharedReads } from '../../../../src/server/stores/sqlite/shared-reads.ts';
import { codeOf } from '../../../contracts/store/fixtures.ts';

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

function openReads(isWriteDue = () => false) {
  const db = new DatabaseSync(':memory:');
  const exec = vi.spyOn(db, 'exec');
  const one = db.prepare('SELECT 1 AS one');
  const reads = createSharedReads(db, isWriteDue);
  return {
    db,
    ...reads,
    readOne: reads.read(() => one.get()?.['one']),
    said: () => exec.mock.calls.map(([sql]) => sql),
  };
}

test('the reads of one turn share a transaction, which ends with the turn', async () => {
  const { db, readOne, said } = openReads();
  expect(await Promise.all([readOne(), readOne(), readOne()])).toEqual([1, 1, 1]);
  expect(said()).toEqual(['BEGIN']);
  await turn();
  expect(said()).toEqual(['BEGIN', 'COMMIT']);
  expect(db.isTransaction).toBe(false);
  await readOne();
  await turn();
  expect(said()).toEqual(['BEGIN', 'COMMIT', 'BEGIN', 'COMMIT']);
});

test('while a write waits, the transaction stays open until the write ends it', async () => {
  const { readOne, end, said } = openReads(() => true);
  await readOne();
  await turn();
  await readOne();
  expect(said()).toEqual(['BEGIN']);
  end();
  end();
  expect(said()).toEqual(['BEGIN', 'COMMIT']);
});

test('what is at hand needs no transaction', async () => {
  const { read, said } = openReads();
  const found = read(
    (key: string) => `${key} on disk`,
    (key) => (key === 'known' ? 'at hand' : undefined),
  );
  expect(await found('known')).toBe('at hand');
  expect(said()).toEqual([]);
  expect(await found('other')).toBe('other on disk');
  expect(said()).toEqual(['BEGIN']);
});

test('a read that breaks is unavailable, and the next one goes through', async () => {
  const { read, readOne } = openReads();
  const broken = read(() => {
    throw new Error('disk');
  });
  expect(await codeOf(broken())).toBe('unavailable');
  expect(await readOne()).toBe(1);
});
