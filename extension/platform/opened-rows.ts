import type { TableName } from '../../src/agent/store.ts';
import { isStored, keyOf, type SealedTable } from './sealed-tables.ts';

/** Few rows, which are read again and again; an app's icon alone can take milliseconds to open. */
const KEPT: ReadonlySet<TableName> = new Set<SealedTable>(['inboxes', 'links']);
const MOST = 1000;

/** Rows that were opened under one key, for as long as they stand on the disk as they did then. In memory alone. */
export interface OpenedRows {
  /** @param open opens the row; called where it is not known, or is another by now */
  orOpen<Row>(table: SealedTable, row: object, open: () => Row): Row;
}

export function createOpenedRows(): OpenedRows {
  const known = new Map<string, { readonly sealed: Uint8Array; readonly row: unknown }>();
  return {
    orOpen<Row>(table: SealedTable, row: object, open: () => Row): Row {
      if (!KEPT.has(table) || !isStored(row)) return open();
      const { sealed } = row;
      const place = JSON.stringify([table, keyOf(table, row)]);
      const found = known.get(place);
      if (found !== undefined && isSame(found.sealed, sealed)) return found.row as Row;
      const opened = open();
      if (known.size >= MOST) known.clear();
      known.set(place, { sealed, row: opened });
      return opened;
    },
  };
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index += 1) if (one[index] !== other[index]) return false;
  return true;
}
