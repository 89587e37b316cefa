import type { WireError } from '../protocol/errors.ts';
import type { Address, Bucket, MessageId, Name, Origin } from '../protocol/ids.ts';
import type { JsonValue } from '../protocol/message.ts';
import type { OutboxState, Recipient } from '../protocol/page-api.ts';
import type { DataApi } from './data-api.ts';
import type { ApprovalsApi } from './owner-approvals.ts';
import type { Grants, GrantsApi, QuietApp } from './owner-grants.ts';
import type { LeavingServer, ServerHealth, ServersApi } from './owner-servers.ts';
import type { Settings, SettingsChange, VaultApi, VaultView } from './owner-settings.ts';

export type { Approval, ConnectApproval, Decision, SendApproval, SessionOffer } from './owner-approvals.ts';
export type { Grant, Grants, Lasting, Power, Powers, QuietApp } from './owner-grants.ts';
export type {
  LeavingServer,
  ServerHealth,
  ServerInvite,
  ServerOfInbox,
  ServerTest,
} from './owner-servers.ts';
export type { Registries } from '../gaia/registry.ts';
export type { AutoLock, Progress, Settings, SettingsChange, VaultView } from './owner-settings.ts';

/**
 * What Letterbox's own views can ask of the agent: everything that the person may do. Never reachable from a page.
 * Times in Unix seconds unless said otherwise. Every call rejects with a LetterboxError, and can be repeated; `send` only
 * under the same `request`. While the vault is locked, `overview` tells how much waits, and of the rest all but what
 * unlocks rejects with `locked`.
 */
export interface OwnerApi extends VaultApi, DataApi, ServersApi, ApprovalsApi, GrantsApi {
  // -- what there is
  overview(): Promise<Overview>;
  /** Newest first; requests are not among them. */
  messages(query: MessagesQuery): Promise<InboxPage>;
  message(key: EntryKey): Promise<InboxEntry | undefined>;
  requests(): Promise<readonly SenderRequest[]>;
  outbox(): Promise<readonly OutboxItem[]>;

  // -- messages
  markRead(keys: readonly EntryKey[], read: boolean): Promise<void>;
  remove(keys: readonly EntryKey[]): Promise<void>;
  /** Fetches again what could not be read. */
  retry(key: EntryKey): Promise<void>;
  send(message: OwnerSend): Promise<OutboxItem>;
  retrySend(id: MessageId): Promise<void>;
  /** For one that failed because its name moved: the new address is the name's from now on, and gets the message. */
  acceptMoved(id: MessageId): Promise<void>;
  cancelSend(id: MessageId): Promise<void>;

  // -- people
  accept(sender: SenderKey): Promise<void>;
  block(sender: SenderKey): Promise<void>;
  /** Deletes what waits in Requests from this sender, unread; what comes later is asked about again. */
  dismiss(sender: SenderKey): Promise<void>;
  unblock(sender: SenderKey): Promise<void>;
  blocked(): Promise<readonly SenderKey[]>;

  // -- apps
  disconnect(inbox: Address): Promise<void>;

  // -- the whole
  syncNow(): Promise<void>;
  settings(): Promise<Settings>;
  /** Changes what is named and leaves the rest. */
  saveSettings(change: SettingsChange): Promise<void>;
}

/** One inbox: one user in one app. */
export interface ConnectedApp {
  readonly inbox: Address;
  readonly app: Origin;
  /** The app's own word for itself. */
  readonly appName?: string;
  readonly icon?: string;
  readonly bucket: Bucket;
  readonly hub: string;
  readonly name?: ProvenName;
  /** The name that led here before leads to somebody else now. */
  readonly nameLost?: { readonly name: Name; readonly leadsTo: Address };
  readonly connectedAt: number;
  /** Most preferred first. */
  readonly servers: readonly ServerHealth[];
  /** The person stopped delivery: there are no servers until it is taken back. */
  readonly isStopped: boolean;
  /** No longer in the order, and still listened to. */
  readonly leaving: readonly LeavingServer[];
  /** When the record with this order of servers was last published; absent while it waits. */
  readonly publishedAt?: number;
  readonly grants: Grants;
  readonly unread: number;
  /**
   * `ready`: key at hand. `waiting`: the key is gone with the browser's last run; the app hands it over at its next
   * visit. `paused`: the app's session changed or vanished.
   */
  readonly state: 'ready' | 'waiting' | 'paused';
  /** For `paused`: the address of the session that the app has now. */
  readonly changedTo?: Address;
  /** The app's pages speak for another of its inboxes; mail comes to this one all the same. */
  readonly aside?: true;
  /** What last went wrong in publishing its record. */
  readonly problem?: WireError;
  /** The person's own storage fails: what is written waits. */
  readonly storageTrouble?: { readonly since: number; readonly problem: WireError };
}

export interface ProvenName {
  readonly name: Name;
  readonly checkedAt: number;
}

export interface Overview {
  /** What the badge shows: visible unread + senders waiting in Requests; locked, what the servers count. */
  readonly badge: number;
  readonly unread: number;
  readonly requests: number;
  /** None while the vault is locked. */
  readonly apps: readonly ConnectedApp[];
  readonly sync: {
    readonly state: 'fine' | 'late' | 'failed' | 'busy';
    readonly checked: number;
    readonly of: number;
    readonly at?: number;
  };
  /** Seconds by which this computer's clock is behind, negative where it is ahead; 0 where no server says so. */
  readonly clockOffset: number;
  readonly approvals: number;
  /** None while the vault is locked; they are quiet all the same. */
  readonly quiet: readonly QuietApp[];
  readonly vault: VaultView;
  /** http on loopback is let through: shown in every view while it is on. */
  readonly development: boolean;
}

export interface EntryKey {
  readonly inbox: Address;
  readonly from: Address;
  readonly id: MessageId;
}

export interface SenderKey {
  readonly inbox: Address;
  readonly from: Address;
}

export interface Sender {
  readonly address: Address;
  /** Proven: the chain ran forth and back. */
  readonly name?: ProvenName;
  /** Only its word. */
  readonly claimedName?: Name;
  /** The name is known at another address, or resembles a known one. */
  readonly warning?: { readonly kind: 'moved' | 'resembles'; readonly name: Name };
  /** Even the address is only the server's word: nothing that its sender signed could be opened. */
  readonly hearsay?: true;
}

export interface MessagesQuery {
  readonly app?: Origin;
  readonly limit: number;
  readonly cursor?: string;
}

export interface InboxPage {
  readonly entries: readonly InboxEntry[];
  readonly cursor?: string;
}

/** One line of the inbox. */
export interface InboxEntry extends EntryKey {
  readonly app: Origin;
  readonly sender: Sender;
  readonly sentAt: number;
  readonly receivedAt: number;
  readonly read: boolean;
  /** `fetching` until its file is here; `unreadable` with its reason. */
  readonly content:
    | { readonly state: 'fetching' }
    | { readonly state: 'unreadable'; readonly reason: WireError; readonly final: boolean }
    | {
        readonly state: 'readable';
        readonly type: string;
        readonly subject?: string;
        /** Plain text: the body of `text/plain`, else the fallback. */
        readonly text: string;
        readonly body: JsonValue;
        readonly thread?: string;
        readonly re?: MessageId;
      };
  /** The sender signed two different files under this id; the first one is shown. */
  readonly conflicting: boolean;
}

/** Someone whom the person has not written with; nothing of theirs was fetched. */
export interface SenderRequest extends SenderKey {
  readonly app: Origin;
  readonly sender: Sender;
  readonly messages: number;
  readonly firstSent: number;
  readonly lastSent: number;
}

export interface OwnerSend {
  /** The same for one draft however often it is sent, so that it is sent once. At most 64 characters. */
  readonly request?: string;
  readonly inbox: Address;
  readonly to: Recipient;
  readonly text: string;
  readonly subject?: string;
  readonly re?: MessageId;
  readonly thread?: string;
}

export interface OutboxItem {
  readonly id: MessageId;
  readonly inbox: Address;
  readonly app: Origin;
  /** As the sender wrote it: a name or an address. */
  readonly to: string;
  readonly address?: Address;
  readonly state: OutboxState;
  readonly subject?: string;
  readonly text: string;
  readonly createdAt: number;
  readonly deliveredAt?: number;
  /** Milliseconds; when it is tried again. */
  readonly nextTry?: number;
  readonly reason?: WireError;
}
