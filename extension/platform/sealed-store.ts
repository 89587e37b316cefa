import type { Progress } from '../../src/agent/owner-settings.ts';
import type { Reading, Store, TableName, Writing } from '../../src/agent/store.ts';
import type { VaultRow } from '../../src/agent/vault-rows.ts';
import type { Random } from '../../src/protocol/ports.ts';
import { createDamage } from './damage.ts';
import { createOpenedRows, type OpenedRows } from './opened-rows.ts';
import { isSettled, reseal, rowsToReseal } from './resealing.ts';
import { rowKeysOf, type RowKeys } from './row-format.ts';
import { isSealedTable } from './sealed-tables.ts';
import { lockedTransaction, sealedTransaction } from './sealed-transaction.ts';
import { look, type Look, type SessionArea } from './vault-look.ts';

export interface SealedStoreParts {
  readonly session: SessionArea;
  /** The store as it is on disk. */
  readonly disk: Store;
  readonly random: Random;
  /** Is told when a row turns up that does not open. */
  readonly damaged: () => void;
}

/** What the agent may use as its store, whether or not there is a vault: its rows are on disk as the vault wants them. */
export interface SealedStore {
  readonly store: Store;
  /** The vault is another, or locked, or open. */
  changed(): void;
  /** Resolves once all rows are as the vault wants them, or it is locked. */
  settle(): Promise<void>;
  /** While rows are on their way: how far. */
  progress(): Progress | undefined;
  /** Rows that did not open, as far as is known. */
  damagedRows(): number;
}

type Seen = { readonly look: Look; readonly open?: { readonly keys: RowKeys; readonly opened: OpenedRows } };

/**
 *     no vault ──create──► sealing ──► sealed ◄──unlock── locked       sealing, opening: everything that needs a sealed
 *        ▲                                │ └────lock────► ▲           table waits until all rows are of one kind
 *        └───────── opening ◄───remove────┘
 *
 * While rows are on their way nothing else sees them, so that no query meets two kinds of keys. How the vault is, is
 * looked up once, and again when it has changed; between the last look and the beginning of a transaction there is no
 * await, so that IndexedDB has it before, or after, the batch that changes its tables.
 */
export function createSealedStore(parts: SealedStoreParts): SealedStore {
  const { disk, random } = parts;
  const damage = createDamage(parts.damaged);
  let seen: Promise<Seen> | undefined;
  let resealing: Promise<void> | undefined;
  let progress: Progress | undefined;

  const changed = (): void => {
    seen = undefined;
    damage.forget();
  };

  function see(): Promise<Seen> {
    if (seen !== undefined) return seen;
    const fresh = look(parts).then((at) =>
      at.state === 'open'
        ? { look: at, open: { keys: rowKeysOf(at.opened.vaultKey), opened: createOpenedRows() } }
        : { look: at },
    );
    seen = fresh;
    fresh.catch(() => {
      if (seen === fresh) seen = undefined; // whoever awaits it hears of the error; the next one looks again
    });
    return fresh;
  }

  async function resealFor(at: Promise<Seen>, keys: RowKeys, row: VaultRow): Promise<void> {
    resealing ??= resealAll(at, keys, row).finally(() => {
      [resealing, progress] = [undefined, undefined];
      if (seen === at) changed();
    });
    await resealing;
  }

  async function resealAll(at: Promise<Seen>, keys: RowKeys, row: VaultRow): Promise<void> {
    let now: Progress = { to: row.rows?.to ?? 'sealed', done: 0, total: await rowsToReseal(disk, row) };
    progress = now;
    const onBatch = (rows: number): void => {
      progress = now = { ...now, done: now.done + rows };
    };
    await reseal({ disk, random, keys, isWanted: () => seen === at, onBatch });
  }

  /** @param begin is called at once with what holds at that moment */
  async function whenSettled<Result>(begin: (at: Seen) => Promise<Result>): Promise<Result> {
    for (;;) {
      const looked = see();
      const at = await looked;
      if (looked !== seen) continue;
      if (at.open === undefined || at.look.state !== 'open' || isSettled(at.look.row)) return begin(at);
      await resealFor(looked, at.open.keys, at.look.row);
    }
  }

  function within<Table extends TableName>(tx: Writing<Table>, { look: at, open }: Seen): Writing<Table> {
    if (open !== undefined) return sealedTransaction(tx, { ...open, random, damage });
    return at.state === 'none' ? tx : lockedTransaction(tx);
  }

  const isPlain = (tables: readonly TableName[]): boolean => !tables.some(isSealedTable);

  return {
    changed,
    settle: () => whenSettled(async () => undefined),
    progress: () => progress,
    damagedRows: () => damage.count(),
    store: {
      async read<Table extends TableName, Result>(
        tables: readonly Table[],
        work: (tx: Reading<Table>) => Promise<Result>,
      ) {
        if (isPlain(tables)) return disk.read(tables, work);
        return whenSettled((at) => disk.read(tables, (tx) => work(within(tx as Writing<Table>, at))));
      },
      async write(tables, work) {
        if (isPlain(tables)) return disk.write(tables, work);
        const result = await whenSettled((at) => disk.write(tables, (tx) => work(within(tx, at))));
        if ((tables as readonly TableName[]).includes('vault')) changed(); // with everything else it was erased
        return result;
      },
    },
  };
}
