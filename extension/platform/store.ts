import { openDB, type IDBPDatabase, type IDBPObjectStore, type IDBPTransaction } from 'idb';
import type {
  Key,
  PrimaryKeys,
  Query,
  Reading,
  Rows,
  Store,
  TableName,
  Writing,
} from '../../src/agent/store.ts';
import { upgrade, VERSION } from './store-versions.ts';

export interface OpenedStore extends Store {
  close(): void;
}

/**
 * The agent's store on IndexedDB. Transactions are durable ("strict"): once `write` resolves, the rows survive the
 * end of the browser. Opening again with an older program than wrote the database rejects with VersionError.
 */
export async function openStore(name = 'letterbox'): Promise<OpenedStore> {
  let opened: Promise<IDBPDatabase> | undefined;
  const lose = (): void => {
    opened = undefined;
  };
  // The browser closes it by itself where the disk is full, or its files are damaged or cleared, and does not end this
  // program: whoever asks next opens it again, and again where that failed.
  const database = (): Promise<IDBPDatabase> => {
    if (opened === undefined) {
      opened = open(name, lose);
      opened.catch(lose);
    }
    return opened;
  };
  await database();
  return {
    read: async (tables, work) => transact(await database(), tables, 'readonly', work),
    write: async (tables, work) => transact(await database(), tables, 'readwrite', work),
    close: () => void opened?.then((current) => current.close()),
  };
}

function open(name: string, terminated: () => void): Promise<IDBPDatabase> {
  return openDB(name, VERSION, {
    upgrade,
    blocking: (_from, _to, event) => (event.target as IDBDatabase).close(), // a newer version of us wants in
    terminated,
  });
}

type AnyTransaction = IDBPTransaction<unknown, string[], 'readonly' | 'readwrite'>;

async function transact<Table extends TableName, Result>(
  database: IDBPDatabase,
  tables: readonly Table[],
  mode: 'readonly' | 'readwrite',
  work: (tx: Writing<Table>) => Promise<Result>,
): Promise<Result> {
  const tx = database.transaction([...tables] as string[], mode, { durability: 'strict' });
  const done = tx.done.then(() => undefined, asError);
  let result: Result;
  try {
    result = await work(tablesOf<Table>(tx));
  } catch (error) {
    abort(tx);
    await done;
    throw error;
  }
  const failure = await done;
  if (failure !== undefined) throw failure;
  return result;
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new DOMException('the transaction was aborted', 'AbortError');
}

function abort(tx: AnyTransaction): void {
  try {
    tx.abort();
  } catch (error) {
    // It ended before: either it failed by itself, which is being reported, or `work` awaited something foreign and
    // IndexedDB has committed what was there. The second is a bug in the caller that must not pass unseen.
    if (!(error instanceof DOMException) || error.name !== 'InvalidStateError') throw error;
  }
}

function tablesOf<Table extends TableName>(tx: AnyTransaction): Writing<Table> {
  const reading: Reading<Table> = {
    get: <T extends Table>(table: T, key: PrimaryKeys[T]) =>
      tx.objectStore(table).get(key as IDBValidKey) as Promise<Rows[T] | undefined>,
    list: <T extends Table>(table: T, query: Query<T> = {}) =>
      sourceOf(tx, table, query).getAll(rangeOf(query), query.limit) as Promise<Rows[T][]>,
    count: (table) => tx.objectStore(table).count(),
  };
  return {
    ...reading,
    async put(table, row) {
      begun(writable(tx, table).put(row));
    },
    async delete(table, key) {
      begun(writable(tx, table).delete(key as IDBValidKey));
    },
    async clear(table, keys) {
      const range = keys === undefined ? null : rangeOf(keys);
      begun(range === null ? writable(tx, table).clear() : writable(tx, table).delete(range));
    },
  };
}

/**
 * What changes a table is not waited for: whatever the transaction asks for afterwards sees it, and where it fails it ends
 * the transaction, whose own failure is what is thrown.
 */
function begun(change: Promise<unknown>): void {
  void change.catch(asError);
}

interface Source {
  getAll(range: IDBKeyRange | null, limit: number | undefined): Promise<unknown[]>;
}
type WritableStore = IDBPObjectStore<unknown, string[], string, 'readwrite'>;

function sourceOf<T extends TableName>(tx: AnyTransaction, table: T, query: Query<T>): Source {
  const store = tx.objectStore(table);
  return query.index === undefined ? store : store.index(query.index);
}

function writable(tx: AnyTransaction, table: TableName): WritableStore {
  return tx.objectStore(table) as unknown as WritableStore; // in a read-only one IndexedDB refuses by itself
}

/** What a query narrows to. `[]` sorts after every string and number, so it closes a range of lists. */
function rangeOf<T extends TableName>({ only, prefix, after, upTo }: Query<T>): IDBKeyRange | null {
  if (only !== undefined) return IDBKeyRange.only(only);
  const lower: Key | undefined = after ?? prefix;
  const upper = upTo ?? (prefix === undefined ? undefined : [...prefix, []]);
  const isAfter = after !== undefined;
  if (lower !== undefined && upper !== undefined) return IDBKeyRange.bound(lower, upper, isAfter);
  if (lower !== undefined) return IDBKeyRange.lowerBound(lower, isAfter);
  return upper === undefined ? null : IDBKeyRange.upperBound(upper);
}
