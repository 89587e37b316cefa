import type { WireError } from '../protocol/errors.ts';
import type { Address, Origin } from '../protocol/ids.ts';
import type { ServerEntry } from '../protocol/record.ts';

/** The servers that an inbox prefers, and how they are; a part of the owner API. */

export interface ServersApi {
  /** Publishes this order. A server that is not in it is listened to for 30 more days, then left. */
  setServers(inbox: Address, servers: readonly ServerEntry[]): Promise<void>;
  /**
   * For a lost device, whose finder could read what comes: the record names no server any more, what waits is fetched,
   * and the servers are left without an overlap. docs/protocol.md#2
   */
  stopDelivery(inbox: Address): Promise<void>;
  /** Takes that back: the same servers in the same order. */
  deliverAgain(inbox: Address): Promise<void>;
  /** Asks one server of an inbox now, whatever keeps it at a distance; resolves when it has answered, or has not. */
  syncServer(server: ServerOfInbox): Promise<void>;
  /** Enrols at a server of the inbox that admits by invitation. */
  redeemInvite(invite: ServerInvite): Promise<void>;
  /** Whether a letterbox server answers at this URL, and what it says of itself. */
  testServer(url: string): Promise<ServerTest>;
}

export interface ServerHealth {
  readonly entry: ServerEntry;
  readonly state: 'fine' | 'late' | 'failed' | 'unknown';
  readonly lastSync?: number;
  readonly nextSync?: number;
  /** It says at once when something comes; the others are asked each minute. */
  readonly live: boolean;
  readonly problem?: WireError;
  /** The last one there was, over or not. */
  readonly lastProblem?: { readonly problem: WireError; readonly at: number };
}

/** Senders with an older record leave mail there still. */
export interface LeavingServer extends ServerHealth {
  readonly until: number;
  /** Where it stood in the order, from 0. */
  readonly place: number;
}

export interface ServerOfInbox {
  readonly inbox: Address;
  readonly server: ServerEntry;
}

export interface ServerInvite extends ServerOfInbox {
  /** As the server's operator gave it to the person. */
  readonly code: string;
}

/** `operator`, `terms`, `price` and `contact` are the provider's own words, whatever they are. */
export interface ServerTest {
  readonly url: Origin;
  readonly milliseconds: number;
  readonly versions: readonly number[];
  /** Seconds. */
  readonly retention: number;
  readonly admission: 'open' | 'invite' | 'allowlist';
  readonly operator?: string;
  readonly terms?: string;
  readonly price?: string;
  readonly contact?: string;
}
