import type { PersonId } from '../people.ts';

/** What the provider, in the app's page, asks of the dialog, in the wallet's own frame. */
export type WalletRequest =
  | { id: number; method: 'getAddresses' }
  | { id: number; method: 'authenticationRequest'; token: string };

/** What the dialog answers; `visible` asks the provider to show or hide its frame. */
export type WalletReply =
  | { kind: 'result'; id: number; result: unknown }
  | { kind: 'error'; id: number; error: { code: number; message: string } }
  | { kind: 'visible'; visible: boolean };

/** An account as the wallet's API lists it: `address` and `publicKey` are of its Stacks mainnet key. */
export interface WalletAccount {
  id: PersonId;
  displayName: string;
  name: string;
  address: string;
  publicKey: string;
}

/** The window message that carries the port between the two. */
export const HELLO = 'letterbox-dev-wallet';

/** JSON-RPC error codes that @stacks/connect knows. */
export const USER_REJECTION = -32_000;
export const METHOD_NOT_FOUND = -32_601;
export const INTERNAL_ERROR = -32_603;
