import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../protocol/ports.ts';
import type { ServerConfig } from './args.ts';
import { DATABASE } from './commands.ts';
import type { Timer } from './ports.ts';
import { openNatsStore } from './stores/nats.ts';
import { openSqliteStore } from './stores/sqlite.ts';
import type { Store } from './stores/store.ts';

export interface OpenedStore {
  readonly store: Store;
  /** What it takes on disk. */
  readonly bytes: () => number | Promise<number>;
  /** On how many machines it is; absent where it is on this one's disk. */
  readonly copies?: number;
}

/**
 * The store that the operator asked for. The data folder is there in any case: the key for invites is kept in it.
 * @throws Error, for the operator, where it cannot be opened
 */
export async function openStore(
  config: Pick<ServerConfig, 'data' | 'limits' | 'nats'>,
  ports: { readonly random: Random; readonly timer: Timer },
): Promise<OpenedStore> {
  const { data, limits, nats } = config;
  mkdirSync(data, { recursive: true, mode: 0o700 });
  if (nats !== undefined) {
    const store = await openNatsStore({ ...nats, ...ports, limits });
    return { store, bytes: () => store.bytes(), copies: store.copies };
  }
  const path = join(data, DATABASE);
  const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const store = openSqliteStore({ path, limits, random: ports.random });
  return { store, bytes: () => sizeOf(path) + sizeOf(`${path}-wal`) };
}
