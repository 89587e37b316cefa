import type { Address, Bucket, MessageId, Name, Origin } from './ids.ts';
import type { JsonValue } from './message.ts';

/** What a page can ask of Letterbox, and be told: the page API's types. docs/page-api.md */

/** Where a sent message is. docs/protocol.md#7 */
export type OutboxState = 'queued' | 'stored' | 'accepted' | 'delivered' | 'failed';

export interface ConnectOptions {
  /** The app's own name, shown quoted beneath its origin. */
  readonly name?: string;
  /** `data:` URL or https URL of the app's icon. */
  readonly icon?: string;
  /** The app's session (`userSession.loadUserData()`). Without it the person is asked whether Letterbox may read it. */
  readonly session?: unknown;
  /** A message server that the app suggests to people who have none. */
  readonly server?: string;
}

/** The inbox that a page is connected to. */
export interface Account {
  readonly address: Address;
  readonly name?: Name;
  readonly bucket: Bucket;
  readonly app: Origin;
}

/** A name, an address that this inbox has met before, or an address with its bucket. */
export type Recipient = string | { readonly address: string; readonly bucket: string };

export interface SendOptions {
  readonly to: Recipient;
  readonly body: JsonValue;
  /** Media type; `text/plain` if absent. */
  readonly type?: string;
  readonly fallback?: string;
  readonly subject?: string;
  readonly thread?: string;
  readonly re?: string;
}

export interface SentMessage {
  readonly id: MessageId;
  readonly state: OutboxState;
  /** For `failed`: the error's code. */
  readonly reason?: string;
}

export interface ListQuery {
  /** `cursor` of the page before; the newest messages if absent. */
  readonly cursor?: string;
  /** 1–200; 50 if absent. */
  readonly limit?: number;
  readonly unread?: boolean;
  readonly thread?: string;
}

/** A received message as its app's page sees it. Times in Unix seconds. */
export interface PageMessage {
  readonly id: MessageId;
  /** `name` only where it was proven. */
  readonly from: { readonly address: Address; readonly name?: Name };
  readonly to: { readonly address: Address };
  readonly type: string;
  readonly body: JsonValue;
  readonly fallback?: string;
  readonly subject?: string;
  readonly thread?: string;
  readonly re?: MessageId;
  readonly sentAt: number;
  readonly receivedAt: number;
  readonly read: boolean;
}

export interface MessagePage {
  /** Newest first. */
  readonly messages: readonly PageMessage[];
  readonly cursor?: string;
  readonly more: boolean;
}

/** Names a message among those received. */
export interface MessageKey {
  readonly from: string;
  readonly id: string;
}

export interface PageEvents {
  /** A message became readable. */
  message: PageMessage;
  /** A sent message went on. */
  outbox: SentMessage;
  /** Access ended: revoked, disabled here, or the extension went away. */
  disconnect: { readonly reason: 'revoked' | 'session' | 'extension' };
}

/** `window.letterbox`. Every promise rejects with a `LetterboxError` whose `code` is stable. */
export interface LetterboxApi {
  readonly version: 1;
  connect(options?: ConnectOptions): Promise<Account>;
  send(message: SendOptions): Promise<SentMessage>;
  list(query?: ListQuery): Promise<MessagePage>;
  markRead(messages: readonly MessageKey[]): Promise<void>;
  /** @returns a function that ends it. */
  on<Event extends keyof PageEvents>(event: Event, listener: (detail: PageEvents[Event]) => void): () => void;
}

/** The detail of `letterbox:announceProvider`, after EIP-6963. */
export interface ProviderDetail {
  readonly info: {
    readonly uuid: string;
    readonly name: string;
    readonly icon: string;
    readonly version: string;
  };
  readonly provider: LetterboxApi;
}

export const ANNOUNCE_EVENT = 'letterbox:announceProvider';
export const REQUEST_EVENT = 'letterbox:requestProvider';
