import type { Store, Writing } from '../../src/agent/store.ts';
import type { RowsMark, VaultRow } from '../../src/agent/vault-rows.ts';
import { isLetterboxError } from '../../src/protocol/errors.ts';
import type { Random } from '../../src/protocol/ports.ts';
import type { RowKeys } from './row-format.ts';
import { isStored, keyOf, SEALED_TABLES, tableSeal, type SealedTable } from './sealed-tables.ts';

/** Rows in one transaction: few enough that the worker's end costs little, and that locking waits for little. */
const BATCH = 200;

/** Of a vault from before rows were sealed. */
const FIRST: RowsMark = { to: 'sealed' };

export interface ResealParts {
  readonly disk: Store;
  readonly random: Random;
  readonly keys: RowKeys;
  /** Whether to go on: what is there may have been locked meanwhile. */
  readonly isWanted: () => boolean;
}

export function isSettled({ rows }: VaultRow): boolean {
  return rows?.done === true;
}

/**
 * Seals the rows that are there, or opens them again, as the vault's row says, a batch at a time. How far it is stands in
 * the same transaction as each batch, so that it can end and go on anywhere. Once the last is open the vault goes with it.
 */
export async function reseal(parts: ResealParts): Promise<void> {
  while (parts.isWanted()) {
    const vault = await parts.disk.read(['vault'], (tx) => tx.get('vault', 'vault'));
    if (vault === undefined || isSettled(vault)) return;
    await doBatch(parts, vault.rows ?? FIRST);
  }
}

async function doBatch({ disk, random, keys }: ResealParts, mark: RowsMark): Promise<void> {
  const table = SEALED_TABLES.find((name) => name === mark.table) ?? SEALED_TABLES[0];
  await disk.write([table, 'vault', 'sealedKeys'], async (tx) => {
    const vault = await tx.get('vault', 'vault');
    if (vault === undefined || !isSame(vault.rows ?? FIRST, mark)) return; // the person wants it otherwise by now
    const { after } = mark;
    const found = await tx.list(table, { limit: BATCH, ...(after === undefined ? {} : { after }) });
    const seal = tableSeal(table, keys, random);
    const rows: readonly object[] = found;
    await Promise.all(
      rows.map((row) =>
        mark.to === 'sealed' ? sealOne(tx, table, seal, row) : openOne(tx, table, seal, row),
      ),
    );
    const last = rows.at(-1);
    const isOver = rows.length < BATCH || last === undefined;
    await goOn(
      tx,
      vault,
      isOver ? following(mark, table) : { to: mark.to, table, after: keyOf(table, last) },
    );
  });
}

type Seal = ReturnType<typeof tableSeal<SealedTable>>;
type Tx = Writing<SealedTable>;

async function sealOne(tx: Tx, table: SealedTable, seal: Seal, row: object): Promise<void> {
  if (isStored(row)) return;
  const plain = row as Parameters<Seal['stored']>[0];
  await Promise.all([
    tx.delete(table, keyOf(table, row) as never),
    tx.put(table, seal.stored(plain) as never),
  ]);
}

/** With the vault goes all that opens it: a row that does not open now never will. */
async function openOne(tx: Tx, table: SealedTable, seal: Seal, row: object): Promise<void> {
  if (!isStored(row)) return;
  const plain = openedOrLost(seal, row);
  await Promise.all([
    tx.delete(table, keyOf(table, row) as never),
    ...(plain === undefined ? [] : [tx.put(table, plain)]),
  ]);
}

function openedOrLost(seal: Seal, row: object) {
  try {
    return seal.opened(row);
  } catch (error) {
    if (isLetterboxError(error, 'malformed')) return undefined;
    throw error;
  }
}

function following({ to }: RowsMark, table: SealedTable): RowsMark {
  const next = SEALED_TABLES[SEALED_TABLES.indexOf(table) + 1];
  return next === undefined ? { to, done: true } : { to, table: next };
}

async function goOn(tx: Writing<'vault' | 'sealedKeys'>, vault: VaultRow, mark: RowsMark): Promise<void> {
  if (mark.to === 'open' && mark.done) {
    await tx.clear('vault');
    await tx.clear('sealedKeys');
  } else await tx.put('vault', { ...vault, rows: mark });
}

function isSame(one: RowsMark, other: RowsMark): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
