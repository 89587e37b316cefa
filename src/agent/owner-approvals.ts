import type { WireError } from '../protocol/errors.ts';
import type { Address, Bucket, Name, Origin } from '../protocol/ids.ts';
import type { Powers } from './owner-grants.ts';

/** What pages ask the person, and what the person says; a part of the owner API. */
export interface ApprovalsApi {
  approvals(): Promise<readonly Approval[]>;
  /** Agreeing to a connection whose session the person has not seen is `malformed`. */
  decide(id: string, decision: Decision): Promise<void>;
  /**
   * The person agrees to Letterbox reading the app's own session from the page that asks, now and whenever it connects
   * while they allow it; what was read is then shown.
   */
  readSession(id: string): Promise<void>;
  /** Rejects where the session does not hold; else the person is asked about it. */
  offerSession(offer: SessionOffer): Promise<void>;
}

/** Something that a page wants and only the person can give. */
export type Approval = ConnectApproval | SendApproval;

interface ApprovalBase {
  readonly id: string;
  /** Stamped by the browser, never the page's word. */
  readonly app: Origin;
  readonly appName?: string;
  readonly icon?: string;
  readonly askedAt: number;
}

export interface ConnectApproval extends ApprovalBase {
  readonly kind: 'connect';
  /**
   * `given`: there is a session and its key fits its bucket; only this can be agreed to. `consent`: nothing was handed
   * over, and the person may let Letterbox read the app's own session (`readSession`), or offer one. `refused`: the
   * session does not hold.
   */
  readonly session:
    | {
        readonly state: 'given';
        readonly address: Address;
        readonly bucket: Bucket;
        readonly hub: string;
        readonly name?: Name;
        /** Who handed the key over. */
        readonly by: 'page' | 'session' | 'wallet' | 'secret-key' | 'file';
      }
    | { readonly state: 'consent' }
    | { readonly state: 'refused'; readonly problem: WireError };
  /** Preferred server to start with: the person's default, else the app's suggestion. */
  readonly server?: string;
  readonly serverFrom?: 'settings' | 'app' | 'record';
  readonly messagesHere: number;
  /** Where the page is that asks, for the shell to find it; absent where none does. */
  readonly place?: string;
  /** Other accounts of this app that are connected, by name or address: they stay. */
  readonly others: readonly string[];
}

/** A session that did not come from the app's page: the wallet's answer, or derived from a Secret Key. */
export interface SessionOffer {
  readonly app: Origin;
  /** As `loadUserData()` gives it. */
  readonly session: unknown;
  /** The page's question that it is for; absent where no page asks. */
  readonly question?: string;
}

export interface SendApproval extends ApprovalBase {
  readonly kind: 'send';
  readonly inbox: Address;
  readonly as?: Name;
  /** Whom the page wants to write to for the first time, as it named them. */
  readonly to: string;
  readonly subject?: string;
  readonly text: string;
}

export type Decision =
  | { readonly approve: false }
  | {
      readonly approve: true;
      /** For `connect`. */
      readonly powers?: Powers;
      readonly server?: string;
    };
