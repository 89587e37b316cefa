import { SCHEMA, type PrimaryKeys, type Rows, type TableName, type Writing } from './store.ts';

/**
 * Does work in a transaction that reads each row once and writes each row once, at its end: what a hundred messages do
 * to one counter and one contact is then one write. A list is of what was written until then.
 */
export async function asOne<Table extends TableName, Result>(
  tx: Writing<Table>,
  work: (tx: Writing<Table>) => Promise<Result>,
): Promise<Result> {
  const rows = new Map<string, Promise<unknown>>();
  const changes = new Map<string, () => Promise<void>>();

  async function flush(): Promise<void> {
    const all = [...changes.values()];
    changes.clear();
    await Promise.all(all.map((write) => write()));
  }

  function change(name: string, row: unknown, write: () => Promise<void>): Promise<void> {
    rows.set(name, Promise.resolve(row));
    changes.set(name, write);
    return Promise.resolve();
  }

  const result = await work({
    get<T extends Table>(table: T, key: PrimaryKeys[T]) {
      const name = nameOf(table, key);
      const row = rows.get(name) ?? tx.get(table, key);
      rows.set(name, row);
      return row as Promise<Rows[T] | undefined>;
    },
    async list(table, query) {
      await flush();
      return tx.list(table, query);
    },
    async count(table) {
      await flush();
      return tx.count(table);
    },
    put: (table, row) => change(nameOf(table, keyOf(table, row)), row, () => tx.put(table, row)),
    delete: (table, key) => change(nameOf(table, key), undefined, () => tx.delete(table, key)),
    async clear(table, keys) {
      await flush();
      rows.clear();
      await tx.clear(table, keys);
    },
  });
  await flush();
  return result;
}

function nameOf(table: TableName, key: unknown): string {
  return `${table} ${JSON.stringify(key)}`;
}

function keyOf<T extends TableName>(table: T, row: Rows[T]): unknown {
  const path: string | readonly string[] = SCHEMA[table].key;
  const member = (name: string): unknown => (row as unknown as Record<string, unknown>)[name];
  return typeof path === 'string' ? member(path) : path.map(member);
}
