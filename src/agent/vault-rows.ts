import type { Address } from '../protocol/ids.ts';
import type { Key } from './store.ts';

/** The vault as it stands on disk: one row, and one more for each key. How they are sealed is the platform's to say. */
export interface VaultRow {
  readonly key: 'vault';
  readonly version: number;
  /** Tells the vault from one that was there before it. */
  readonly id: string;
  /** What the passphrase is derived with; the count may rise. */
  readonly iterations: number;
  readonly salt: Uint8Array;
  /** The vault key under the passphrase. */
  readonly sealed: Uint8Array;
  readonly tries: Tries;
  /** Absent from vaults of before rows were sealed: none is, then. */
  readonly rows?: RowsMark;
}

/** How far the rows of the other tables are on their way under the vault key, or out from under it. */
export interface RowsMark {
  readonly to: 'sealed' | 'open';
  /** All of them are there. */
  readonly done?: true;
  /** The table that it is the turn of, the first if absent; its rows up to this key are done. */
  readonly table?: string;
  readonly after?: Key;
}

/** Passphrases that were tried since the last right one. */
export interface Tries {
  readonly refused: number;
  /** When the last one was, in milliseconds. */
  readonly since: number;
}

/** An inbox's app key under the vault key. */
export interface SealedKeyRow {
  readonly inbox: Address;
  readonly sealed: Uint8Array;
}
