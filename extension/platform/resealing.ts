import type { Key, KeyRange, Rows, Store, Writing } from '../../src/agent/store.ts';
import type { RowsMark, VaultRow } from '../../src/agent/vault-rows.ts';
import { isLetterboxError } from '../../src/protocol/errors.ts';
import type { Random } from '../../src/protocol/ports.ts';
import { manyRows, type ManyRows, type RowKeys } from './row-format.ts';
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
  /** Is told after each batch how many rows it sealed or opened. */
  readonly onBatch: (rows: number) => void;
}

export function isSettled({ rows }: VaultRow): boolean {
  return rows?.done === true;
}

/** How many rows there are, or are left where it was cut off: each table is read once. */
export async function rowsToReseal(disk: Store, { rows: mark = FIRST }: VaultRow): Promise<number> {
  const left = SEALED_TABLES.slice(
    Math.max(
      0,
      SEALED_TABLES.findIndex((name) => name === mark.table),
    ),
  );
  const counts = await disk.read(left, (tx) => Promise.all(left.map((table) => tx.count(table))));
  return counts.reduce((sum, count) => sum + count, 0);
}

/**
 * Seals the rows that are there, or opens them again, as the vault's row says, a batch at a time. How far it is stands in
 * the same transaction as each batch, so that it can end and go on anywhere. Once the last is open the vault goes with it.
 *
 * Between reading a batch and writing it back nobody else writes those tables: whatever needs them waits (sealed-store.ts),
 * but for erasing, with which the vault goes, and then nothing is written.
 */
export async function reseal(parts: ResealParts): Promise<void> {
  const cipher = await manyRows(parts.keys, parts.random);
  while (parts.isWanted()) {
    const batch = await readBatch(parts.disk);
    if (batch === undefined) return;
    const changed = await changedRows(parts, cipher, batch);
    await parts.disk.write([batch.table, 'vault', 'sealedKeys'], (tx) => writeBatch(tx, batch, changed));
    parts.onBatch(batch.rows.filter((row) => isGoing(batch, row)).length);
  }
}

interface Batch {
  readonly mark: RowsMark;
  readonly table: SealedTable;
  readonly rows: readonly object[];
}

/** What is next. @returns undefined where all is as the vault wants it, or there is none any more */
function readBatch(disk: Store): Promise<Batch | undefined> {
  return disk.read(['vault', ...SEALED_TABLES], async (tx) => {
    const vault = await tx.get('vault', 'vault');
    if (vault === undefined || isSettled(vault)) return undefined;
    const mark = vault.rows ?? FIRST;
    const table = SEALED_TABLES.find((name) => name === mark.table) ?? SEALED_TABLES[0];
    const { after } = mark;
    const rows = await tx.list(table, { limit: BATCH, ...(after === undefined ? {} : { after }) });
    return { mark, table, rows };
  });
}

/** For each row what takes its place: nothing where it stays, or where it is lost. */
type Changed = readonly (object | undefined)[];

function changedRows({ keys, random }: ResealParts, cipher: ManyRows, batch: Batch): Promise<Changed> {
  const { mark, table, rows } = batch;
  const seal = tableSeal(table, keys, random);
  const changedRow = async (row: object): Promise<object | undefined> => {
    if (!isGoing(batch, row)) return undefined;
    return mark.to === 'sealed' ? sealed(table, seal, cipher, row) : opened(table, cipher, row);
  };
  return Promise.all(rows.map((row) => changedRow(row)));
}

function isGoing({ mark }: Batch, row: object): boolean {
  return isStored(row) !== (mark.to === 'sealed');
}

type Seal = ReturnType<typeof tableSeal<SealedTable>>;

async function sealed(table: SealedTable, seal: Seal, cipher: ManyRows, row: object): Promise<object> {
  const shown = seal.shown(row as Rows[SealedTable]);
  return { ...shown, sealed: await cipher.seal({ table, key: keyOf(table, shown) }, row) };
}

/** With the vault goes all that opens it: a row that does not open now never will. */
async function opened(table: SealedTable, cipher: ManyRows, row: object): Promise<object | undefined> {
  try {
    const stored = isStored(row) ? row.sealed : undefined;
    return (await cipher.open({ table, key: keyOf(table, row) }, stored)) as object;
  } catch (error) {
    if (isLetterboxError(error, 'malformed')) return undefined;
    throw error;
  }
}

async function writeBatch(
  tx: Writing<SealedTable | 'vault' | 'sealedKeys'>,
  batch: Batch,
  changed: Changed,
): Promise<void> {
  const { mark, table, rows } = batch;
  const vault = await tx.get('vault', 'vault');
  if (vault === undefined || !isSame(vault.rows ?? FIRST, mark)) return; // the person wants it otherwise by now
  for (const run of runsOf(batch)) await tx.clear(table, run);
  for (const row of changed) if (row !== undefined) await tx.put(table, row as Rows[SealedTable]);
  const last = rows.at(-1);
  const isOver = rows.length < BATCH || last === undefined;
  await goOn(tx, vault, isOver ? following(mark, table) : { to: mark.to, table, after: keyOf(table, last) });
}

/** The rows that go, as ranges: deleted one by one they take as long as what is written in their place. */
function runsOf(batch: Batch): KeyRange[] {
  const { mark, table, rows } = batch;
  const runs: KeyRange[] = [];
  let before: Key | undefined = mark.after;
  let isRunning = false;
  for (const row of rows) {
    const key = keyOf(table, row);
    if (isGoing(batch, row)) {
      const begun = isRunning ? runs.pop()?.after : before;
      runs.push({ ...(begun === undefined ? {} : { after: begun }), upTo: key });
    }
    isRunning = isGoing(batch, row);
    before = key;
  }
  return runs;
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
