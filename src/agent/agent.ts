import type { Address } from '../protocol/ids.ts';
import type { Account, MessagePage, SentMessage } from '../protocol/page-api.ts';
import type { OwnerApi } from './owner-api.ts';
import type { PageCaller } from './ports.ts';

/** What a page may ask, after the gateway has stamped who it is. Arguments are unknown input until parsed here. */
export interface PageGate {
  /** Resolves when the person has decided; asked again with the same arguments it joins the same approval. */
  connect(caller: PageCaller, options: unknown): Promise<Account>;
  send(caller: PageCaller, message: unknown): Promise<SentMessage>;
  list(caller: PageCaller, query: unknown): Promise<MessagePage>;
  markRead(caller: PageCaller, messages: unknown): Promise<void>;
  /** Whether this app may be told of events now. */
  mayListen(caller: PageCaller): Promise<boolean>;
}

export interface Agent {
  readonly owner: OwnerApi;
  readonly page: PageGate;
  /**
   * Does whatever is due: outbox, sync, acks, policies, renewals. Safe to call at any time and as often as one likes;
   * one run at a time. Resolves when nothing is due now.
   */
  work(): Promise<void>;
  /** Something may have come for this inbox. */
  hint(inbox: Address): Promise<void>;
  /** The approval window is gone: what it was asking for is declined. */
  promptClosed(): Promise<void>;
  /** Opens the hint sockets for all inboxes; `close` when the person goes idle. Safe to call again. */
  listen(): Promise<void>;
  unlisten(): void;
}
