import type { EnvelopeCipher } from '../protocol/envelope.ts';
import type { Address, Origin, PrivateKey } from '../protocol/ids.ts';
import type { SignatureCheck } from '../protocol/jws.ts';
import type { PageEvents } from '../protocol/page-api.ts';
import type { Clock, Fetch, Random, Timer } from '../protocol/ports.ts';
import type { Transport } from '../protocol/transport.ts';
import type { Progress, VaultView } from './owner-settings.ts';
import type { Store } from './store.ts';

/** All that the agent knows of the world around it. docs: src/agent/agent.ts composes it. */
export interface Ports {
  readonly store: Store;
  readonly keys: Keys;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly cipher: EnvelopeCipher;
  /** Checks who signed a pointer; JavaScript's own if absent. */
  readonly verify?: SignatureCheck;
  readonly transports: readonly Transport[];
  readonly prompt: Prompt;
  readonly sessions: SessionReader;
  readonly notifier: Notifier;
  /** Hears of failures that nobody waits for: bugs and a broken store. Without it they are unhandled rejections. */
  readonly report?: (error: unknown) => void;
}

/**
 * App keys while they are unlocked. In memory that outlives the worker, on disk only inside the vault.
 * docs/protocol.md#10
 */
export interface Keys {
  /** @returns undefined while the vault is locked, or where there is none */
  get(inbox: Address): Promise<PrivateKey | undefined>;
  /** Where there is a vault, the key is in it before it is at hand. @throws LetterboxError `locked` */
  put(inbox: Address, key: PrivateKey): Promise<void>;
  delete(inbox: Address): Promise<void>;
  /**
   * A session that a page handed over and that nobody has approved yet, by approval id. Kept where keys are kept,
   * because it holds one. @throws LetterboxError `locked`
   */
  hold(approval: string, session: unknown): Promise<void>;
  held(approval: string): Promise<unknown>;
  release(approval: string): Promise<void>;
  /** With or without a vault: keys, sessions that are held and what opens the vault are no longer in memory, nor are drafts. */
  forget(): Promise<void>;
}

/**
 * The passphrase around the keys, and around what the store holds: while it is locked the store rejects with `locked`
 * what would read or write a message, a person, or anything sent. Each call can be repeated after it was cut off, and then finds what it did.
 * All that take a passphrase count the tries: @throws LetterboxError `passphrase-wrong | passphrase-wait`
 */
export interface Vault {
  state(): Promise<Pick<VaultView, 'state' | 'after' | 'damaged'>>;
  /** While `create` or `remove` is at work on what the store holds: how far it is. */
  progress(): Progress | undefined;
  /** Seals the keys at hand, and from then on the store; it is open then. */
  create(passphrase: string): Promise<void>;
  unlock(passphrase: string): Promise<void>;
  /** Takes the keys, and the sessions that are held, out of memory, and seals drafts. Without a vault it does nothing. */
  lock(): Promise<void>;
  change(from: string, to: string): Promise<void>;
  /** The keys stay at hand, until the browser closes; the store is as it was without a vault. */
  remove(passphrase: string): Promise<void>;
}

/** The approval window. Showing it again only brings it to the front. */
export interface Prompt {
  show(): Promise<void>;
}

/** Who called, as the browser stamped it. `place` lets the shell find the page again; the agent passes it through. */
export interface PageCaller {
  readonly app: Origin;
  readonly place: string;
  /**
   * Names this one call, unique per app. The shell repeats a call under the same id when the worker died under it, so
   * a `send` notes it in the transaction that queues the message, and gives a repeated id the same message (or joins
   * the approval that it waits for). At most 64 characters.
   */
  readonly request: string;
}

/** Reads an app's own session from its page, top frame. Called only after the person's consent. docs/protocol.md#10 */
export interface SessionReader {
  /** @returns the stored session's user data as found, `undefined` where there is none. */
  read(caller: PageCaller): Promise<unknown>;
}

/** Tells the outside what changed. Telling is repeatable; state is the truth. */
export interface Notifier {
  /** Badge and views: something that OwnerApi shows is different now. */
  changed(): void;
  /** Whether any page of an app is open now; without this there may always be one. */
  hasPages?(app: Origin): Promise<boolean>;
  /**
   * To the connected pages of one app.
   * @returns where telling takes time: a promise that resolves when every page there was has been told
   */
  page<Event extends keyof PageEvents>(
    app: Origin,
    event: Event,
    detail: PageEvents[Event],
  ): void | Promise<void>;
}
