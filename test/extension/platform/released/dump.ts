import { openDB } from 'idb';

/** A database of a release as it is on a disk: its tables with their keys and indexes, and what stood in them. */
export interface Dump {
  /** Of the database. */
  readonly version: number;
  readonly tables: { readonly [name: string]: DumpedTable };
}

interface DumpedTable {
  readonly key: string | readonly string[];
  readonly indexes: { readonly [name: string]: string | readonly string[] };
  readonly rows: readonly unknown[];
}

/** Bytes are JSON as `{"bytes": base64}`. */
export async function dump(name: string): Promise<Dump> {
  const database = await openDB(name);
  const tables: { [name: string]: DumpedTable } = {};
  for (const table of database.objectStoreNames) {
    const store = database.transaction(table).store;
    const indexes: { [index: string]: string | readonly string[] } = {};
    for (const index of store.indexNames) indexes[index] = store.index(index).keyPath;
    tables[table] = { key: store.keyPath ?? '', indexes, rows: (await store.getAll()) as unknown[] };
  }
  const { version } = database;
  database.close();
  return { version, tables };
}

/** The database once more, by none of the product's code. */
export async function restore(name: string, { version, tables }: Dump): Promise<void> {
  const database = await openDB(name, version, {
    upgrade(fresh) {
      for (const [table, { key, indexes }] of Object.entries(tables)) {
        const store = fresh.createObjectStore(table, { keyPath: pathOf(key) });
        for (const [index, path] of Object.entries(indexes)) store.createIndex(index, pathOf(path));
      }
    },
  });
  for (const [table, { rows }] of Object.entries(tables))
    for (const row of rows) await database.put(table, row);
  database.close();
}

function pathOf(path: string | readonly string[]): string | string[] {
  return typeof path === 'string' ? path : [...path];
}

export function toText(dumped: Dump): string {
  const withBytes = (_: string, value: unknown): unknown =>
    value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('base64') } : value;
  return `${JSON.stringify(dumped, withBytes, 1)}\n`;
}

export function fromText(text: string): Dump {
  return JSON.parse(text, (_, value: unknown) => {
    const isBytes = typeof value === 'object' && value !== null && 'bytes' in value;
    return isBytes ? new Uint8Array(Buffer.from(String(value.bytes), 'base64')) : value;
  }) as Dump;
}
