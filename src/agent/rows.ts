import type { Digest } from '../protocol/bytes.ts';
import type { WireError } from '../protocol/errors.ts';
import type { Address, Bucket, DeliveryId, MessageId, Name, Origin, PublicKey } from '../protocol/ids.ts';
import type { MessageContent } from '../protocol/message.ts';
import type { OutboxState } from '../protocol/page-api.ts';
import type { Pointer } from '../protocol/pointer.ts';
import type { ServerEntry } from '../protocol/record.ts';
import type { Cursor } from '../protocol/server-api.ts';
import type { Grants, ProvenName, Settings } from './owner-api.ts';

/**
 * What the agent keeps on disk, one type a table. Members that an index reads are absent where a row is not to be
 * found by it. Times ending in `At` are Unix seconds unless they say otherwise; `nextTry` is in milliseconds.
 */

/** When something that failed is tried again. */
export interface Retry {
  readonly attempts: number;
  /** Milliseconds. */
  readonly nextTry: number;
}

/** One inbox: one user in one app, and its own record. */
export interface InboxRow {
  readonly address: Address;
  readonly app: Origin;
  readonly publicKey: PublicKey;
  readonly bucket: Bucket;
  readonly hub: string;
  readonly associationToken?: string;
  /** The owner's name, only where the registry leads from it to this bucket. */
  readonly name?: ProvenName;
  /** It was proven once, and leads to somebody else now. */
  readonly nameLost?: { readonly name: Name; readonly leadsTo: Address };
  /** The name that the session gave, proven or not. */
  readonly username?: Name;
  readonly appName?: string;
  readonly icon?: string;
  readonly connectedAt: number;
  /** `closing`: disconnected, its servers are still to be told. `closed`: only its messages are left. */
  readonly state: 'open' | 'paused' | 'closing' | 'closed';
  /** For `closing`: all of its rows go too; `leave` once its servers know, `now` whether or not they do. */
  readonly erase?: 'leave' | 'now';
  /** For `paused`: the address of the session that the app has now. */
  readonly changedTo?: Address;
  /** Another inbox of the same app is the one that its pages speak for; mail comes here all the same. */
  readonly aside?: true;
  readonly servers: readonly ServerEntry[];
  /** The person stopped delivery, and `servers` is empty: what it was before. */
  readonly stopped?: readonly ServerEntry[];
  /** The record as last published; `at` and `iat` in seconds. */
  readonly published?: PublishedRecord;
  /** Something of the record changed and is not published yet. */
  readonly publish?: Retry;
  /** The username does not lead here yet: when it is looked up again. */
  readonly nameTry?: Retry;
  /** Version of what `contacts` say of this inbox: the policy at its servers follows it. */
  readonly policySeq: number;
  readonly problem?: WireError;
  /** The hub fails; `since` in seconds. */
  readonly storageTrouble?: { readonly since: number; readonly problem: WireError };
}

export interface PublishedRecord {
  readonly seq: number;
  readonly file: Uint8Array;
  readonly iat: number;
  readonly at: number;
}

/** How long a server that is no longer preferred is still listened to. */
export interface Overlap {
  /** Milliseconds. */
  readonly until: number;
  /** Where it stood in the order, from 0: there it goes back to. */
  readonly place: number;
}

/** One inbox at one of its servers. */
export interface LinkRow {
  readonly inbox: Address;
  /** `serverKey` of the entry. */
  readonly server: string;
  readonly entry: ServerEntry;
  /** `leaving`: no longer preferred; what waits there is pulled until the overlap is over, then it is left. */
  readonly stage: 'open' | 'leaving';
  /** Of `leaving`. Absent from rows of before there was an overlap: those are left at once. */
  readonly overlap?: Overlap;
  /** The code that the person entered, until the server has answered to it. */
  readonly invite?: string;
  /** `seq` of the record that it was enrolled with. */
  readonly enrolledSeq?: number;
  readonly policySeq?: number;
  /** Why it has not taken the policy, and when that is tried next; mail goes on beside it. */
  readonly policyTrouble?: { readonly retry: Retry; readonly problem: WireError };
  readonly cursor?: Cursor;
  /** The daily walk through the whole list, while it is under way. */
  readonly walk?: { readonly cursor?: Cursor };
  /** Pages taken since its list was last read to the end. */
  readonly pages?: number;
  /** Milliseconds. */
  readonly walkedAt?: number;
  /** Milliseconds. */
  readonly syncedAt?: number;
  /** When it is due, whether or not something failed. */
  readonly retry: Retry;
  /** How often something came up that it is to hear or to be asked, so that what comes during a visit is seen. */
  readonly touches?: number;
  readonly problem?: WireError;
  /** Seconds by which its clock was ahead of ours at the last visit; absent where they agreed. */
  readonly clockOffset?: number;
  /** The last problem, over or not; `at` in seconds. */
  readonly lastProblem?: { readonly problem: WireError; readonly at: number };
}

/** The file is still to be fetched. */
export interface FetchingContent {
  readonly state: 'fetching';
  readonly attempts: number;
  /** How often a copy was there that is not, or not yet, the one that was signed for. */
  readonly stale: number;
  /** Milliseconds; when it is tried next. */
  readonly at: number;
  readonly reason?: WireError;
}

/** What is known of the file that an entry stands for. */
export type EntryContent =
  /** From an unknown or blocked sender: nothing was fetched. */
  | { readonly state: 'sealed' }
  | FetchingContent
  | { readonly state: 'unreadable'; readonly reason: WireError; readonly final: boolean }
  | ({ readonly state: 'readable'; readonly name?: Name } & MessageContent)
  /** It was a receipt: counted, never shown. */
  | { readonly state: 'receipt' }
  /** Deleted by the person; the row stays, so that the message does not come back. */
  | { readonly state: 'removed' };

/** Newest first: the time is negative, so that ascending order begins with the latest. */
export type EntryOrder = readonly [negativeTime: number, inbox: Address, from: Address, id: MessageId];

/** One received message: once per (inbox, sender, message id), whatever a server or sender repeats. */
export interface EntryRow {
  readonly inbox: Address;
  readonly from: Address;
  readonly id: MessageId;
  readonly app: Origin;
  /** What the sender signed; absent where its pointer could not be opened, which then stands in `pointer`. */
  readonly file?: { readonly bucket: Bucket; readonly sha256: Digest; readonly size: number };
  readonly pointer?: Pointer;
  readonly claimedName?: Name;
  readonly sentAt: number;
  readonly receivedAt: number;
  readonly expires: number;
  readonly read: boolean;
  readonly conflicting: boolean;
  readonly content: EntryContent;
  readonly thread?: string;
  /** It became readable, and the app's pages may not have heard of it yet. */
  readonly untold?: 1;
  /** `at` of `fetching`, while the sender is allowed. */
  readonly nextTry?: number;
  /** Present while the entry is shown: newest first, over everything, within an app, an inbox, a thread. */
  readonly order?: EntryOrder;
  readonly appOrder?: readonly [app: Origin, ...EntryOrder];
  readonly inboxOrder?: readonly [inbox: Address, ...EntryOrder];
  /** Likewise, while it is also unread. */
  readonly unreadOrder?: readonly [inbox: Address, ...EntryOrder];
  readonly threadOrder?: readonly [inbox: Address, thread: string, ...EntryOrder];
}

/** One delivery as a server lists it, and what that server still has to hear of it. */
export interface DeliveryRow {
  readonly inbox: Address;
  readonly server: string;
  readonly from: Address;
  readonly delivery: DeliveryId;
  /** The entry that it led to. */
  readonly entryFrom: Address;
  readonly entry: MessageId;
  readonly expires: number;
  /** The server knows that it was read. */
  readonly acknowledged: boolean;
  readonly pending?: 'ack' | 'remove';
}

export type Relation = 'allowed' | 'unknown' | 'blocked';

/** Someone who wrote to an inbox, or was written to from it. */
export interface ContactRow {
  readonly inbox: Address;
  readonly address: Address;
  readonly app: Origin;
  readonly relation: Relation;
  /** When the person last decided; what the policy's lists are cut by. */
  readonly decidedAt?: number;
  /** The bucket whose record was verified. */
  readonly bucket?: Bucket;
  /** Proven forth and back. */
  readonly name?: ProvenName;
  readonly claimedName?: Name;
  /** The claim is still to be proven. */
  readonly nameTry?: Retry;
  /** For the indexes: of `nameTry`, of `name`, and what `name` looks like. */
  readonly nextNameTry?: number;
  readonly provenName?: Name;
  readonly nameShape?: string;
  /** Messages from an unknown sender that wait for the person's word. */
  readonly waiting: number;
  readonly firstSent?: number;
  readonly lastSent?: number;
  /** The sender is only the server's word: none of the pointers could be opened. */
  readonly hearsay?: true;
  /** Present while the sender stands in Requests. */
  readonly requestOrder?: readonly [negativeTime: number, inbox: Address, address: Address];
}

/** The newest record seen of an address. docs/protocol.md#2 */
export interface PinRow {
  readonly address: Address;
  readonly seq: number;
  readonly token: string;
}

export interface OutboxRow {
  readonly id: MessageId;
  readonly inbox: Address;
  readonly app: Origin;
  readonly kind: 'message' | 'receipt';
  /** Who asked for it; the agent itself for receipts. */
  readonly by: 'owner' | 'page' | 'agent';
  /** The page's call that it came from: asked again, the call finds what it already did. */
  readonly request?: string;
  readonly to: { readonly name: Name } | { readonly address: Address; readonly bucket?: Bucket };
  /** The person took this address for the name's new one; yet another one is not it. */
  readonly movedTo?: Address;
  readonly content: MessageContent;
  readonly createdAt: number;
  readonly state: OutboxState;
  /** Settled once, before anything is sealed for it. */
  readonly recipient?: {
    readonly address: Address;
    readonly bucket: Bucket;
    readonly name?: Name;
    readonly publicKey: PublicKey;
  };
  /** The very bytes of the file, until they are in the bucket. */
  readonly file?: Uint8Array;
  /** The very pointer and its delivery id, the same each time it is posted. */
  readonly pointer?: { readonly delivery: DeliveryId; readonly pointer: Pointer };
  readonly storedAt?: number;
  readonly acceptedAt?: number;
  readonly deliveredAt?: number;
  /** How often it was posted again while unanswered. */
  readonly reposts: number;
  readonly attempts: number;
  /** Milliseconds; absent where nothing is to be done any more. */
  readonly nextTry?: number;
  /** The person took it back: the file is to be deleted, then this row. */
  readonly withdrawn?: true;
  readonly reason?: WireError;
  /** Present on a receipt that is not sealed yet, so that the next ids can join it. */
  readonly openReceipt?: readonly [inbox: Address, to: Address];
}

export interface GrantRow {
  readonly app: Origin;
  readonly grants: Grants;
  /** The person let Letterbox read this app's own session from its page. */
  readonly consent: boolean;
  /** What was sent without asking in the day that began `since`. */
  readonly unasked?: { readonly since: number; readonly count: number };
}

/** A number kept beside the rows that it counts. */
export interface CounterRow {
  /** `unread <inbox>`, `requests`, or `closed while locked`. */
  readonly counter: string;
  readonly value: number;
}

export interface SettingsRow {
  readonly key: 'settings';
  /** Rows from before there were several registries name one. */
  readonly settings: Omit<Settings, 'registries'> &
    Partial<Pick<Settings, 'registries'>> & { readonly registry?: string };
}
