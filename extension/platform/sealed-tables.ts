import { SCHEMA, type Key, type Query, type Rows, type TableName } from '../../src/agent/store.ts';
import type { Random } from '../../src/protocol/ports.ts';
import { openRow, sealRow, veiled, type RowKeys } from './row-format.ts';

/**
 * The tables whose rows are sealed while there is a vault, in the order in which they are: a new one is added at the end,
 * since the vault's row says how far they are. What a locked agent needs stands in the others: of whom and where it asks
 * how much waits, which apps may bring up the window, and when it locks.
 */
export const SEALED_TABLES = [
  'approvals',
  'contacts',
  'deliveries',
  'entries',
  'outbox',
  'pins',
  'inboxes',
  'links',
] as const;

export type SealedTable = (typeof SEALED_TABLES)[number];

export function isSealedTable(table: TableName): table is SealedTable {
  return (SEALED_TABLES as readonly TableName[]).includes(table);
}

/** A row as it is stored: what its key and indexes read, veiled, and the whole of it, sealed. */
export type StoredRow = { readonly sealed: Uint8Array } & { readonly [column: string]: unknown };

export function isStored(row: object): row is StoredRow {
  return 'sealed' in row && row.sealed instanceof Uint8Array;
}

/** Rows of one table, and what they are asked by, on their way to the disk and back. */
export interface TableSeal<Table extends SealedTable> {
  stored(row: Rows[Table]): StoredRow;
  /** What stands beside `sealed` in a stored row. */
  shown(row: Rows[Table]): object;
  /** @throws LetterboxError `malformed` */
  opened(row: object): Rows[Table];
  key<Value>(key: Value): Value;
  query(query: Query<Table>): Query<Table>;
}

/** For one transaction or one batch: it remembers each veil that it made. */
export function tableSeal<Table extends SealedTable>(
  table: Table,
  keys: RowKeys,
  random: Random,
): TableSeal<Table> {
  const known = new Map<string, string>();
  const veil = (text: string): string => {
    const made = known.get(text) ?? veiled(keys, table, text);
    known.set(text, made);
    return made;
  };
  const veilAll = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(veilAll);
    return typeof value === 'string' ? veil(value) : value;
  };
  const columns = columnsOf(table);
  const shownOf = (row: object): object => {
    const kept = Object.entries(row).filter(([column]) => columns.has(column));
    return Object.fromEntries(kept.map(([column, value]) => [column, veilAll(value)]));
  };
  return {
    shown: shownOf,
    stored(row) {
      const shown = shownOf(row);
      return { ...shown, sealed: sealRow(keys, { table, key: keyOf(table, shown) }, row, random) };
    },
    opened: (row) =>
      openRow(
        keys,
        { table, key: keyOf(table, row) },
        'sealed' in row ? row.sealed : undefined,
      ) as Rows[Table],
    key: (key) => veilAll(key) as typeof key,
    query: (query) => {
      const { index, limit, ...range } = query;
      const asked = Object.entries(range).map(([name, value]) => [name, veilAll(value)]);
      return {
        ...(Object.fromEntries(asked) as typeof range),
        ...(index === undefined ? {} : { index }),
        ...(limit === undefined ? {} : { limit }),
      };
    },
  };
}

/** A row's primary key. */
export function keyOf(table: SealedTable, row: object): Key {
  const read = (column: string): unknown => (row as { readonly [column: string]: unknown })[column];
  const path: string | readonly string[] = SCHEMA[table].key;
  return (typeof path === 'string' ? read(path) : path.map(read)) as Key;
}

/** The members that the primary key and the indexes read. */
function columnsOf(table: SealedTable): ReadonlySet<string> {
  const { key, indexes } = SCHEMA[table];
  return new Set<string>([key, ...Object.values<string | readonly string[]>(indexes)].flat());
}
