import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { withLock } from './lock.ts';
import { migrate } from './schema.ts';

/**
 * Copies the database while a server writes to it: the state of one moment. The copy has no epoch: whoever opens it as
 * a store gives it a new one, so that cursors from what the backup lost are void. docs/protocol.md#6
 * @throws Error where there is no database, or the target exists
 */
export function backUp(path: string, target: string): void {
  requireDatabase(path);
  requireAbsent(target);
  finishing(target, (part) => {
    withDatabase(path, (db) => db.prepare('VACUUM INTO ?').run(part));
    withDatabase(part, forgetEpoch);
  });
}

/**
 * Puts a backup in the place of a database that is not there any more.
 * @throws Error where one is, or is in use, or the backup is none, is damaged or of a newer version
 */
export function restore(backup: string, path: string): void {
  requireDatabase(backup);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  withLock(path, () => {
    for (const file of [path, `${path}-wal`]) requireAbsent(file);
    finishing(path, (part) => {
      copyFileSync(backup, part);
      withDatabase(part, (db) => {
        requireWhole(db, backup);
        forgetEpoch(db);
      });
    });
  });
}

/**
 * Makes all cursors void: for a database that came back by other ways, a copied disk for instance. Takes effect when a
 * server next opens it.
 * @throws Error where there is no database, or it is in use
 */
export function renewEpoch(path: string): void {
  requireDatabase(path);
  withLock(path, () => withDatabase(path, forgetEpoch));
}

function forgetEpoch(db: DatabaseSync): void {
  db.exec(`DELETE FROM meta WHERE key = 'epoch'`);
}

function requireWhole(db: DatabaseSync, backup: string): void {
  const tables = db.prepare(
    `SELECT count(*) AS found FROM sqlite_master WHERE name IN ('meta', 'departures', 'deliveries')`,
  );
  if (tables.get()?.['found'] !== 3) throw new Error(`${backup} is no backup of this server`);
  const result = db.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'];
  if (result !== 'ok') throw new Error(`${backup} is damaged: ${String(result)}`);
  migrate(db);
}

function withDatabase<Result>(path: string, work: (db: DatabaseSync) => Result): Result {
  const db = new DatabaseSync(path, { timeout: 5000 });
  try {
    return work(db);
  } finally {
    db.close();
  }
}

/** What `make` wrote beside the target is on the disk before it gets the target's name. */
function finishing(target: string, make: (part: string) => void): void {
  const part = `${target}.part`;
  rmSync(part, { force: true });
  try {
    make(part);
    chmodSync(part, 0o600);
    sync(part);
    renameSync(part, target);
    sync(dirname(target));
  } finally {
    for (const rest of [part, `${part}-wal`, `${part}-shm`, `${part}-journal`]) rmSync(rest, { force: true });
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}

function requireDatabase(path: string): void {
  if (!existsSync(path)) throw new Error(`there is no ${path}`);
}

function requireAbsent(path: string): void {
  if (existsSync(path)) throw new Error(`${path} is there already`);
}
