import type { WireError } from '../protocol/errors.ts';
import type { Address, Bucket, MessageId, Name, Origin, PublicKey } from '../protocol/ids.ts';
import type { MessageContent } from '../protocol/message.ts';
import type { Decision, ProvenName } from './owner-api.ts';
import type { OutboxRow } from './rows.ts';

/** What a page asked for, until the page has heard the answer. */
export interface ApprovalRow {
  readonly id: string;
  readonly app: Origin;
  readonly place: string;
  /** Equal for identical requests: they share one row. */
  readonly fingerprint: string;
  readonly askedAt: number;
  /** Higher than that of every question still open then: several can be asked within a second. */
  readonly turn: number;
  readonly appName?: string;
  readonly icon?: string;
  readonly ask: ConnectAsk | SendAsk;
  /** `approved`: decided, its effects not all on disk yet. `done`, `declined`, `failed`: ready for the page to hear. */
  readonly state: 'open' | 'approved' | 'done' | 'declined' | 'failed';
  readonly decision?: Extract<Decision, { approve: true }>;
  readonly decidedAt?: number;
  readonly problem?: WireError;
}

export interface ConnectAsk {
  readonly kind: 'connect';
  readonly session:
    | { readonly state: 'given'; readonly session: PublicSession; readonly by?: 'wallet' | 'session' }
    | { readonly state: 'consent' }
    | { readonly state: 'refused'; readonly problem: WireError };
  readonly server?: string;
  readonly serverFrom?: 'settings' | 'app' | 'record';
}

export interface SendAsk {
  readonly kind: 'send';
  readonly inbox: Address;
  readonly to: OutboxRow['to'];
  readonly content: MessageContent;
  readonly request?: string;
  /** The message that it became. */
  readonly id: MessageId;
}

/** What is known of a session without its key. */
export interface PublicSession {
  readonly address: Address;
  readonly publicKey: PublicKey;
  readonly bucket: Bucket;
  readonly hub: string;
  readonly associationToken?: string;
  readonly name?: ProvenName;
  readonly username?: Name;
}
