import type { Origin } from '../protocol/ids.ts';

/** What the person lets apps do, and takes back; a part of the owner API. */
export interface GrantsApi {
  /** Gives a connected app these powers, from now on, beside what it has; sending without asking brings sending along. */
  grant(app: Origin, powers: Powers): Promise<void>;
  /** Takes back one power, sending without asking along with sending, or all of them: open pages hear no more at once. */
  revoke(app: Origin, power?: Power): Promise<void>;
  /** An app that is quiet, because it was declined again and again, may ask again. */
  letAsk(app: Origin): Promise<void>;
}

/**
 * `read`: to list its messages, hear of new ones and mark them. `send`: to people whom the person knows; each new
 * recipient is asked for. `sendWithoutAsking`: to anyone, so many a day; only beside `send`.
 */
export type Power = 'read' | 'send' | 'sendWithoutAsking';

/** How long a power lasts: seconds, or until the person takes it back. */
export type Lasting = number | 'revoked';

/** What the person gives. */
export type Powers = Readonly<Partial<Record<Power, Lasting>>>;

/** A power that an app has, or had until then. */
export interface Grant {
  readonly since: number;
  /** Absent: until the person takes it back. */
  readonly until?: number;
}

/** What is absent was not given, or was taken back. */
export type Grants = Readonly<Partial<Record<Power, Grant>>>;

/** An app whose requests are refused without a window, until then. */
export interface QuietApp {
  readonly app: Origin;
  readonly until: number;
}

/** Seconds: nobody forgets for longer than this whom they let write to strangers in their name. */
export const UNASKED_LASTS_AT_MOST = 30 * 86_400;
