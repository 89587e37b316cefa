import type { Address } from '../protocol/ids.ts';

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
