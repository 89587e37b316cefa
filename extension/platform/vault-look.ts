import type { Store } from '../../src/agent/store.ts';
import type { VaultRow } from '../../src/agent/vault-rows.ts';
import { fromBase64url, toBase64url } from '../../src/protocol/bytes.ts';
import { LetterboxError } from '../../src/protocol/errors.ts';

/** The part of `storage.session` that keys need: in the browser's memory, outliving the worker, never on disk. */
export interface SessionArea {
  get(names: string | string[] | null): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
  remove(names: string | string[]): Promise<void>;
}

/** What a right passphrase leaves in memory. `id` is its vault's. */
interface Opened {
  readonly id: string;
  readonly vaultKey: Uint8Array;
}

/** The vault as it stands: its row on disk, and in memory what opens it. */
export type Look =
  | { readonly state: 'none' }
  | { readonly state: 'locked'; readonly row: VaultRow }
  | { readonly state: 'open'; readonly row: VaultRow; readonly opened: Opened };

/** Where memory has what opens the vault. */
export const OPENED = 'vault';

interface LookParts {
  readonly session: SessionArea;
  /** The store with the vault's own tables, as they are on disk. */
  readonly disk: Store;
}

export async function look({ session, disk }: LookParts): Promise<Look> {
  const row = await disk.read(['vault'], (tx) => tx.get('vault', 'vault'));
  if (row === undefined) return { state: 'none' };
  const { [OPENED]: value } = await session.get(OPENED);
  const opened = openedIn(value);
  return opened?.id === row.id ? { state: 'open', row, opened } : { state: 'locked', row };
}

export async function keepOpened({ session }: LookParts, { id, vaultKey }: Opened): Promise<void> {
  await session.set({ [OPENED]: { id, vaultKey: toBase64url(vaultKey) } });
}

/** @throws LetterboxError `locked` */
export function requireUnlocked({ state }: Look): void {
  if (state === 'locked') throw new LetterboxError('locked', {});
}

function openedIn(value: unknown): Opened | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, vaultKey } = value as { id?: unknown; vaultKey?: unknown };
  if (typeof id !== 'string' || typeof vaultKey !== 'string') return undefined;
  return { id, vaultKey: fromBase64url(vaultKey, 'vault key') };
}
