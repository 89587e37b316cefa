import type { Address, Bucket, Origin } from '../protocol/ids.ts';
import type { ServerEntry } from '../protocol/record.ts';
import type { RequestToken } from '../protocol/tokens.ts';
import type { Retry } from './rows.ts';

/** What a locked agent needs to ask a server how much waits for an inbox: the tables of both are sealed then. */
export interface CountRow {
  readonly inbox: Address;
  /** `serverKey` of the entry. */
  readonly server: string;
  readonly entry: ServerEntry;
  readonly app: Origin;
  readonly bucket: Bucket;
  /** Opens the server's count and nothing else. docs/protocol.md#5 */
  readonly token: RequestToken;
  /** When it was made, in milliseconds. */
  readonly madeAt: number;
  /** What the server counts while the vault is locked; absent until it was asked. */
  readonly unread?: number;
  /** When it is asked next. */
  readonly retry: Retry;
}
