import type { Digest } from '../../protocol/bytes.ts';
import type { Address, Bucket, DeliveryId, Name } from '../../protocol/ids.ts';
import type { Pointer } from '../../protocol/pointer.ts';
import type { RecordClaims } from '../../protocol/record.ts';
import type {
  Acceptance,
  Counts,
  Cursor,
  DeliveryKey,
  DeliveryPage,
  PolicyBody,
} from '../../protocol/server-api.ts';

/**
 * The server's durable state: one inbox an address, its deliveries in the order of their arrival.
 *
 * Asynchronous throughout, and each method one atomic step, so that a store on another machine can stand in: an inbox
 * is one subject, a position its sequence, (inbox, sender, id) the key that makes a delivery count once. Every promise
 * of a write settles only when the write is durable. Times are Unix seconds and come from the caller.
 *
 * The contract is test/contracts/store.ts, which every adapter passes.
 */
export interface Store {
  /** Stands in every cursor: another one makes them void. docs/protocol.md#6 */
  readonly epoch: string;

  /** What is known of an inbox; undefined where nobody enrolled. */
  inbox(address: Address): Promise<Inbox | undefined>;

  /**
   * Makes or renews an inbox. A record above the stored one ends a freeze; with another bucket it has to be confirmed
   * again. `issued` is the `iat` of the request's token.
   * @param admission on what grounds a new inbox may be made; renewing one needs none and uses none up
   * @throws LetterboxError `seq` for a record that is not above the stored one and not the same;
   *   `token-replayed` where the inbox was left at `issued` or later; `not-admitted` for a new one without grounds, or
   *   with an invite that is used up
   */
  enrol(record: StoredRecord, issued: number, now: number, admission: Admission): Promise<void>;

  /** Notes what the well-known place says; a record below the stored one changes nothing. */
  confirm(record: StoredRecord, state: 'listed' | 'frozen', now: number): Promise<void>;

  /**
   * Erases all of an inbox; only the leave's own id is kept, until `forget`.
   * @throws LetterboxError `token-replayed` where this leave was done before, `not-enrolled`
   */
  leave(address: Address, leave: { jti: string; issued: number; forget: number }, now: number): Promise<void>;

  /** The same as a sender meets it. */
  recipient(address: Address, sender: Address): Promise<Recipient | undefined>;

  /** What was answered to a delivery that is still remembered, whether or not it is still listed. */
  remembered(key: DeliveryAddress, now: number): Promise<Remembered | undefined>;

  /**
   * Stores a delivery. The same one again is the same answer and changes nothing. What has expired by `receivedAt`
   * takes nobody's space.
   * @throws LetterboxError `conflict` for another pointer under the same key; `recipient-refused` where the inbox is
   *   gone or the sender blocked; `inbox-full`; `quota` for an unknown sender's share
   */
  accept(delivery: NewDelivery): Promise<Accepted>;

  /**
   * A page in order of arrival. What has expired is neither listed nor counted, swept or not.
   * @throws LetterboxError `cursor-expired`, `not-enrolled`
   */
  list(inbox: Address, query: ListQuery, now: number): Promise<DeliveryPage>;

  /** @throws LetterboxError `not-enrolled` */
  counts(inbox: Address, now: number): Promise<Counts>;

  /** Marks deliveries as read; they stay listed. What is not there is passed over. */
  acknowledge(inbox: Address, items: readonly DeliveryKey[]): Promise<void>;

  /** Takes deliveries off the list; their keys are remembered. What is not there is passed over. */
  remove(inbox: Address, items: readonly DeliveryKey[]): Promise<void>;

  /**
   * Replaces the lists of allowed and blocked senders; blocked wins.
   * @param bytes digest of the body that said so
   * @throws LetterboxError `seq` for one below the stored, or equal from another body; `not-enrolled`
   */
  setPolicy(inbox: Address, policy: PolicyBody, bytes: Digest): Promise<void>;

  /**
   * Erases what has expired, the oldest first, and the memory of it; and inboxes that nobody renewed (`endOf` of rules.ts),
   * as if they had been left.
   * @param limit at most so many deliveries and inboxes at once
   * @returns how many it were: below `limit`, nothing is left to erase
   */
  sweep(now: number, limit: number): Promise<number>;

  /**
   * Writes something, durably, and reads it back.
   * @throws LetterboxError `unavailable` where the store takes nothing or gives nothing
   */
  check(): Promise<void>;

  /** Calls back after each delivery that became durable, until the returned function is called. */
  watch(inbox: Address, arrived: (cursor: Cursor) => void): () => void;

  /** Settles once everything that was asked for is done. */
  close(): Promise<void>;
}

/** How the owner of an inbox looks at a sender. */
export type Standing = 'allowed' | 'blocked' | 'unknown';

export interface Recipient {
  readonly inbox: Inbox;
  /** The sender's. */
  readonly standing: Standing;
}

/** The part of a record that the server goes by. */
export type StoredRecord = Pick<RecordClaims, 'address' | 'app' | 'bucket' | 'seq' | 'exp'> & {
  readonly unknown: RecordClaims['accept']['unknown'];
  /** SHA-256 of the signed record, by which it is told from another of the same `seq`. */
  readonly digest: Digest;
};

export interface Inbox extends StoredRecord {
  /** When the well-known place last held this record, or a later one that lists this server. */
  readonly confirmed: number | undefined;
  /** The newest record no longer lists this server. */
  readonly frozen: boolean;
}

/**
 * Why a new inbox may be made: anybody's may, by an invite, on a list, or it may not. One that is there is renewed in any
 * case, and is on the plan from then that its list, or an invite that can still be used, says.
 */
export type Admission = 'open' | 'none' | Invite | Plan;

/** What the owner of an inbox gets. */
export interface Plan {
  /** How much it keeps of contacts; `StoreLimits.stored` where absent. */
  readonly stored?: number;
}

/** An invitation whose signature was checked; how often it was used, the store knows. */
export interface Invite extends Plan {
  readonly id: string;
  /** How many inboxes it opens. */
  readonly uses: number;
  readonly exp: number;
}

export interface DeliveryAddress extends DeliveryKey {
  readonly to: Address;
}

export interface NewDelivery extends DeliveryAddress {
  readonly bucket: Bucket;
  readonly name?: Name;
  readonly id: DeliveryId;
  readonly pointer: Pointer;
  readonly receivedAt: number;
  readonly expires: number;
}

export interface Remembered extends Acceptance {
  /** SHA-256 of the pointer. */
  readonly digest: Digest;
}

export interface Accepted extends Acceptance {
  readonly outcome: 'stored' | 'known';
}

export interface ListQuery {
  /** From the start where absent. */
  readonly after?: Cursor;
  readonly limit: number;
  readonly unreadOnly: boolean;
}

/** How much an inbox takes. docs/protocol.md#6 */
export interface StoreLimits {
  /** Of those who are allowed, unless the inbox was opened by an invite that says otherwise; unknown senders never take their space. */
  readonly stored: number;
  /** Of all unknown senders together. */
  readonly unknown: number;
  /** Of one unknown sender. */
  readonly unknownPerSender: number;
}
