import type { Query, Rows, TableName, Writing } from '../../src/agent/store.ts';
import { LetterboxError } from '../../src/protocol/errors.ts';
import type { Random } from '../../src/protocol/ports.ts';
import type { Damage } from './damage.ts';
import type { OpenedRows } from './opened-rows.ts';
import type { RowKeys } from './row-format.ts';
import { isSealedTable, keyOf, tableSeal, type SealedTable, type TableSeal } from './sealed-tables.ts';

interface SealedParts {
  readonly keys: RowKeys;
  readonly random: Random;
  readonly damage: Damage;
  readonly opened: OpenedRows;
}

/**
 * A transaction whose rows are sealed on their way in and opened on their way out, all within it. A row that does not
 * open is left out, as if it were not there, and noted: one of them must not keep the others from the person.
 */
export function sealedTransaction<Table extends TableName>(
  tx: Writing<Table>,
  { keys, random, damage, opened }: SealedParts,
): Writing<Table> {
  const seals = new Map<TableName, TableSeal<SealedTable>>();

  function sealOf(table: TableName): TableSeal<SealedTable> | undefined {
    if (!isSealedTable(table)) return undefined;
    const seal = seals.get(table) ?? tableSeal(table, keys, random);
    seals.set(table, seal);
    return seal;
  }

  function open<T extends Table>(table: T, seal: TableSeal<SealedTable>, row: object): Rows[T] | undefined {
    try {
      return opened.orOpen(table as SealedTable, row, () => seal.opened(row)) as Rows[T];
    } catch (error) {
      damage.note(table, keyOf(table as SealedTable, row), error);
      return undefined;
    }
  }

  async function listSealed<T extends Table>(
    table: T,
    seal: TableSeal<SealedTable>,
    query: Query<T>,
  ): Promise<Rows[T][]> {
    const { limit } = query;
    const asked = seal.query(query as Query<SealedTable>) as Query<T>;
    for (let broken = 0; ;) {
      const more = limit === undefined ? {} : { limit: limit + broken };
      const stored = await tx.list(table, { ...asked, ...more });
      const rows = stored.map((row) => open(table, seal, row)).filter((row) => row !== undefined);
      const isAll = limit === undefined || stored.length < limit + broken;
      if (isAll || rows.length >= limit) return rows.slice(0, limit);
      broken = stored.length - rows.length; // so many more are needed for as many as were asked for
    }
  }

  return {
    async get(table, key) {
      const seal = sealOf(table);
      if (seal === undefined) return tx.get(table, key);
      const row = await tx.get(table, seal.key(key));
      return row === undefined ? undefined : open(table, seal, row);
    },
    async list(table, query = {}) {
      const seal = sealOf(table);
      return seal === undefined ? tx.list(table, query) : listSealed(table, seal, query);
    },
    count: (table) => tx.count(table),
    async put(table, row) {
      const seal = sealOf(table);
      if (seal === undefined) return tx.put(table, row);
      const stored = seal.stored(row as Rows[SealedTable]);
      damage.mend(table, keyOf(table as SealedTable, stored));
      return tx.put(table, stored as unknown as typeof row);
    },
    async delete(table, key) {
      const seal = sealOf(table);
      return tx.delete(table, seal === undefined ? key : seal.key(key));
    },
    async clear(table, range) {
      const seal = sealOf(table);
      return tx.clear(table, range === undefined || seal === undefined ? range : seal.query(range));
    },
  };
}

/** While the vault is locked: what is sealed can be cleared, and neither read nor written. */
export function lockedTransaction<Table extends TableName>(tx: Writing<Table>): Writing<Table> {
  const requireOpen = (table: TableName): void => {
    if (isSealedTable(table)) throw new LetterboxError('locked', {});
  };
  return {
    async get(table, key) {
      requireOpen(table);
      return tx.get(table, key);
    },
    async list(table, query) {
      requireOpen(table);
      return tx.list(table, query);
    },
    async count(table) {
      requireOpen(table);
      return tx.count(table);
    },
    async put(table, row) {
      requireOpen(table);
      return tx.put(table, row);
    },
    async delete(table, key) {
      requireOpen(table);
      return tx.delete(table, key);
    },
    clear: (table, keys) => tx.clear(table, keys),
  };
}
