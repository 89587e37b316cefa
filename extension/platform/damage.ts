import type { TableName } from '../../src/agent/store.ts';
import { isLetterboxError } from '../../src/protocol/errors.ts';

/** Sealed rows that did not open when they were read: found again whenever they are, so it stands on no disk. */
export interface Damage {
  /** @throws what is no fault of the row */
  note(table: TableName, key: unknown, problem: unknown): void;
  /** Something else took its place. */
  mend(table: TableName, key: unknown): void;
  forget(): void;
  /** How many there are, as far as is known. */
  count(): number;
}

/** @param found is told of each that was not known yet */
export function createDamage(found: () => void): Damage {
  const rows = new Set<string>();
  const nameOf = (table: TableName, key: unknown): string => `${table} ${JSON.stringify(key)}`;
  return {
    note(table, key, problem) {
      if (!isLetterboxError(problem, 'malformed')) throw problem;
      const name = nameOf(table, key);
      if (rows.has(name)) return;
      rows.add(name);
      found();
    },
    mend: (table, key) => void rows.delete(nameOf(table, key)),
    forget: () => rows.clear(),
    count: () => rows.size,
  };
}
