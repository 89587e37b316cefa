import { DatabaseSync } from 'node:sqlite';
import { expect, test, vi } from 'vitest';
import { LetterboxError } from '../../../../src/protocol/errors.ts';
import { createGroupCommit } from '../../../../src/server/stores/sqlite/group-commit.ts';
import { codeOf } from '../../../contracts/store/fixtures.ts';

function openNumbers() {
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE numbers (n INTEGER PRIMARY KEY)');
  const insert = db.prepare('INSERT INTO numbers (n) VALUES (?)');
  const exec = vi.spyOn(db, 'exec');
  return {
    db,
    add: (n: number) => insert.run(n).changes,
    numbers: () =>
      db
        .prepare('SELECT n FROM numbers ORDER BY n')
        .all()
        .map((row) => row['n']),
    commits: () => exec.mock.calls.filter(([sql]) => sql === 'COMMIT').length,
    exec,
  };
}

test('what is asked for in one turn is one commit; each gets its own answer after it', async () => {
  const { db, add, numbers, commits } = openNumbers();
  const { run } = createGroupCommit(db);
  const writes = [3, 1, 2].map((n) =>
    run(() => {
      add(n);
      return n * 10;
    }),
  );
  expect(numbers()).toEqual([]);
  expect(await Promise.all(writes)).toEqual([30, 10, 20]);
  expect(numbers()).toEqual([1, 2, 3]);
  expect(commits()).toBe(1);
});

test('nobody is answered before the commit', async () => {
  const { db, add, exec } = openNumbers();
  const { run } = createGroupCommit(db);
  const order: string[] = [];
  exec.mockImplementation((sql) => {
    order.push(sql);
    DatabaseSync.prototype.exec.call(db, sql);
  });
  await run(() => add(1)).then(() => order.push('answered'));
  expect(order.slice(-2)).toEqual(['COMMIT', 'answered']);
});

test('a write that refuses is undone alone, wholly', async () => {
  const { db, add, numbers } = openNumbers();
  const { run } = createGroupCommit(db);
  const [one, two, three] = [
    run(() => add(1)),
    run(() => {
      add(2);
      throw new LetterboxError('quota', {});
    }),
    run(() => add(3)),
  ];
  expect(await codeOf(two)).toBe('quota');
  expect(await Promise.all([one, three])).toEqual([1, 1]);
  expect(numbers()).toEqual([1, 3]);
});

test('a write that breaks is unavailable, with its cause, and undone alone', async () => {
  const { db, add, numbers } = openNumbers();
  const { run } = createGroupCommit(db);
  const [one, again] = [run(() => add(1)), run(() => add(1))];
  expect(await one).toBe(1);
  await expect(again).rejects.toMatchObject({ code: 'unavailable', cause: { code: 'ERR_SQLITE_ERROR' } });
  expect(numbers()).toEqual([1]);
});

test('where the commit fails, everybody hears it, nothing is kept, and the next group goes through', async () => {
  const { db, add, numbers, exec } = openNumbers();
  const { run } = createGroupCommit(db);
  exec.mockImplementation((sql) => {
    if (sql === 'COMMIT') throw new Error('disk full');
    DatabaseSync.prototype.exec.call(db, sql);
  });
  const writes = [run(() => add(1)), run(() => add(2))];
  expect(await Promise.all(writes.map((write) => codeOf(write)))).toEqual(['unavailable', 'unavailable']);
  exec.mockRestore();
  expect(numbers()).toEqual([]);
  expect(await run(() => add(3))).toBe(1);
  expect(numbers()).toEqual([3]);
});

test('a group stays open while more comes, a turn at a time', async () => {
  const { db, add, commits } = openNumbers();
  const { run } = createGroupCommit(db);
  const later = new Promise<number | bigint>((resolve, reject) => {
    setImmediate(() => void run(() => add(2)).then(resolve, reject));
  });
  expect(await Promise.all([run(() => add(1)), later])).toEqual([1, 1]);
  expect(commits()).toBe(1);
});

test('what a group undid because one refused is done again, and once', async () => {
  const { db, add, numbers } = openNumbers();
  const { run } = createGroupCommit(db);
  const write = vi.fn(() => add(1));
  const one = run(write);
  const two = run(() => {
    throw new LetterboxError('quota', {});
  });
  expect(await codeOf(two)).toBe('quota');
  expect(await one).toBe(1);
  expect(write).toHaveBeenCalledTimes(2);
  expect(numbers()).toEqual([1]);
});
