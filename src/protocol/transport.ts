import type { Address, Bucket, DeliveryId, Name, Origin, PlaceOptions } from './ids.ts';
import type { Pointer } from './pointer.ts';
import type { ServerEntry } from './record.ts';
import type {
  Acceptance,
  Counts,
  Cursor,
  DeliveryKey,
  DeliveryPage,
  PolicyBody,
  ServerInfo,
} from './server-api.ts';
import type { Act, RequestToken } from './tokens.ts';

/** Whom a transport speaks for. It signs request tokens and nothing else; the key stays with the agent. */
export interface Caller {
  readonly address: Address;
  readonly app: Origin;
  readonly bucket: Bucket;
  readonly name?: Name;
  /** Which places its agent lets through: those of servers and of buckets in what they answer. */
  readonly places?: PlaceOptions;
  /** A fresh token for one act. `now` in Unix seconds, as the server sees it. */
  authorize(request: TokenRequest): RequestToken;
}

export interface TokenRequest {
  readonly aud: Origin;
  readonly act: Act;
  readonly now: number;
  /** The exact bytes of the body; empty where there is none. */
  readonly body: Uint8Array;
  readonly to?: Address;
  readonly toName?: Name;
  /** Seconds; as long as the act allows where absent. */
  readonly lifetime?: number;
}

/** One delivery on its way to one of the recipient's servers. The same bytes each time it is tried. */
export interface OutgoingDelivery {
  readonly id: DeliveryId;
  readonly to: Address;
  readonly toName?: Name;
  readonly pointer: Pointer;
}

export interface Subscription {
  /** Ends all listening on it. */
  close(): void;
}

export interface ListenEvents {
  /** From now on this inbox is hinted at; what came before was not. */
  live(address: Address): void;
  /** Not until it is `live` again: its subscription ended, or the server refuses another. */
  quiet(address: Address): void;
  /** New deliveries may wait for this inbox. */
  hint(address: Address): void;
  /** The connection was lost or could not be made; the transport does not try again by itself. */
  lost(error: unknown): void;
}

/**
 * How pointers travel to and from one type of preferred server. Every method can be repeated; every failure is a
 * LetterboxError. The port that the agent sends and receives through. docs/protocol.md#9
 */
export interface Transport<Entry extends ServerEntry = ServerEntry> {
  readonly type: Entry['type'];

  /** What the server says of itself. */
  info(server: Entry): Promise<ServerInfo>;
  /** Seconds by which the server's clock is ahead of ours, by its own last word on a token that it refused; else 0. */
  clockOffset(server: Entry): number;
  /** Asks the server whether our clock is right, enrolled there or not. @returns what `clockOffset` says after that */
  askTime(server: Entry, caller: Caller): Promise<number>;
  /**
   * Makes the server take mail for the caller.
   * @param record the file as published
   * @param invite the code of one who is asked for it; a server that needs none ignores it
   */
  enrol(server: Entry, caller: Caller, record: Uint8Array, invite?: string): Promise<void>;
  /** Ends that, and erases what the server holds for the caller. */
  leave(server: Entry, caller: Caller): Promise<void>;

  deliver(server: Entry, caller: Caller, delivery: OutgoingDelivery): Promise<Acceptance>;

  list(server: Entry, caller: Caller, after: Cursor | undefined): Promise<DeliveryPage>;
  count(server: Entry, caller: Caller): Promise<Counts>;
  acknowledge(server: Entry, caller: Caller, items: readonly DeliveryKey[]): Promise<void>;
  remove(server: Entry, caller: Caller, items: readonly DeliveryKey[]): Promise<void>;
  setPolicy(server: Entry, caller: Caller, policy: PolicyBody): Promise<void>;

  /** Hints for all of the callers' inboxes on one server, until closed or lost. */
  listen(server: Entry, callers: readonly Caller[], events: ListenEvents): Subscription;
}
