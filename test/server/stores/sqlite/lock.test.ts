import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDatabase, withLock } from '../../../../src/server/stores/sqlite/lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'letterbox-lock-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('one at a time, and free again once it is given back, also by work that failed', () => {
  const path = join(folder, 'database');
  const unlock = lockDatabase(path);
  expect(() => lockDatabase(path)).toThrow('in use by another process');
  expect(() => withLock(path, () => 'worked')).toThrow('in use by another process');
  unlock();
  const failing = (): never => {
    throw new Error('the work failed');
  };
  expect(() => withLock(path, failing)).toThrow('the work failed');
  expect(withLock(path, () => 'worked')).toBe('worked');
});

test('nothing is written: no journal, no byte', () => {
  const unlock = lockDatabase(join(folder, 'database'));
  expect(readdirSync(folder)).toEqual(['database.lock']);
  expect(statSync(join(folder, 'database.lock')).size).toBe(0);
  unlock();
});

test('another database in the same folder is free', () => {
  const unlock = lockDatabase(join(folder, 'one'));
  expect(withLock(join(folder, 'two'), () => 'worked')).toBe('worked');
  unlock();
});

test('a folder that cannot be written to is not taken for one in use', () => {
  expect(() => lockDatabase(join(folder, 'nowhere', 'database'))).toThrow(/unable to open/);
});
