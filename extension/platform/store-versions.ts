import type { IDBPDatabase, IDBPTransaction } from 'idb';
import { SCHEMA, type TableName } from '../../src/agent/store.ts';
import { separateCounts } from './separate-counts.ts';
import { separateGrants } from './separate-grants.ts';

/**
 * The database's version. Each change of SCHEMA is one more, with its step below; so is 3, since when rows are sealed
 * while there is a vault: a program that cannot open them must not write beside them; and so is 4, since when each power
 * of an app has its own end, and declines are counted; and 5, since when inboxes and links are sealed, too.
 */
export const VERSION = 5;

/** Brings a database of any older version up to VERSION, step by step. */
export function upgrade(
  database: IDBPDatabase,
  from: number,
  _to: number | null,
  tx: IDBPTransaction<unknown, string[], 'versionchange'>,
): void {
  if (from < 1) {
    create(database, Object.keys(SCHEMA) as TableName[]);
    return;
  }
  if (from < 2) create(database, ['vault', 'sealedKeys']);
  if (from < 4) create(database, ['declines']);
  if (from < 5) create(database, ['counts']);
  moveRows(from, tx).catch(() => tx.abort()); // the database then stays as it was
}

async function moveRows(
  from: number,
  tx: IDBPTransaction<unknown, string[], 'versionchange'>,
): Promise<void> {
  if (from < 4) await separateGrants(tx);
  await separateCounts(tx);
}

function create(database: IDBPDatabase, names: readonly TableName[]): void {
  for (const name of names) {
    const { key, indexes } = SCHEMA[name];
    const table = database.createObjectStore(name, { keyPath: pathOf(key) });
    for (const [index, path] of Object.entries<string | readonly string[]>(indexes)) {
      table.createIndex(index, pathOf(path));
    }
  }
}

function pathOf(path: string | readonly string[]): string | string[] {
  return typeof path === 'string' ? path : [...path];
}
