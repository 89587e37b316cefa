import { DatabaseSync } from 'node:sqlite';

/** Somebody who is just ending, by kill -9 for instance, is waited for. */
const WAIT_MS = 1000;
/** https://sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;

/**
 * Keeps a database to one process. The lock is the operating system's, taken by SQLite on a file beside the database: it
 * ends with its process, however that ends, so that a stale one cannot be. The file stays and means nothing. It is not
 * the database itself, since that would keep `backup` out.
 * @param path the database
 * @returns gives the lock back
 * @throws Error where another process has it
 */
export function lockDatabase(path: string): () => void {
  const lock = new DatabaseSync(`${path}.lock`, { timeout: WAIT_MS });
  try {
    // Nothing is ever written to it, and so a full disk keeps nobody from it.
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw isBusy(error) ? new Error(taken(path), { cause: error }) : error;
  }
  return () => lock.close();
}

/** Does `work` while no other process has the database. */
export function withLock<Result>(path: string, work: () => Result): Result {
  const unlock = lockDatabase(path);
  try {
    return work();
  } finally {
    unlock();
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}

function taken(path: string): string {
  return `${path} is in use by another process, a server most likely: stop that one first, or name another --data folder`;
}
