import type { IDBPDatabase } from 'idb';
import { SCHEMA, type TableName } from '../../src/agent/store.ts';

/**
 * The database's version. Each change of SCHEMA is one more, with its step below; so is 3, since when rows are sealed
 * while there is a vault: a program that cannot open them must not write beside them.
 */
export const VERSION = 3;

/** Brings a database of any older version up to VERSION, step by step. */
export function upgrade(database: IDBPDatabase, from: number): void {
  if (from < 1) create(database, Object.keys(SCHEMA) as TableName[]);
  else if (from < 2) create(database, ['vault', 'sealedKeys']);
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
