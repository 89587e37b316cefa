import type { allowLoopback, Origin, PlaceOptions } from '../protocol/ids.ts';
import type { SignatureCheck } from '../protocol/jws.ts';
import type { Clock } from '../protocol/ports.ts';
import type { ServerInfo } from '../protocol/server-api.ts';
import type { RequestCheck } from '../protocol/tokens.ts';
import type { Admissions } from './admission.ts';
import type { Log, Lookup, Meter, MetricsPage, Timer } from './ports.ts';
import type { RateLimits, Rates } from './rates.ts';
import type { Store, StoreLimits } from './stores/store.ts';
import type { TokenCheck } from './token-checks.ts';

/** How much an inbox takes unless its operator says otherwise. docs/protocol.md#6 */
export const STORE_LIMITS: StoreLimits = { stored: 10_000, unknown: 200, unknownPerSender: 5 };

/** What a server is made of. `allowLoopback` is the development switch. */
export interface ServerOptions extends PlaceOptions {
  /** The server's public origin: what tokens must name, never taken from a request. */
  readonly origin: Origin;
  readonly store: Store;
  readonly lookup: Lookup;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly log: Log;
  readonly meter?: Meter;
  readonly verify: SignatureCheck;
  /** What `/metrics` tells; without it there is none. */
  readonly metrics?: MetricsPage;
  /** None where absent. */
  readonly rates?: RateLimits;
  /** Fetches a minute from one host that one network's requests may cause; no limit where absent. */
  readonly hostShare?: number;
  /** The limits that the store was opened with, for `/v1/server`. */
  readonly limits: StoreLimits;
  /** Who may open an inbox; anybody where absent. */
  readonly admissions?: Admissions;
  /** What the operator states in `/v1/server`. */
  readonly about?: Pick<ServerInfo, 'operator' | 'terms' | 'price' | 'contact'>;
}

/** What every route works with. */
export interface ServerContext extends Omit<ServerOptions, 'rates' | 'admissions'> {
  readonly admissions: Admissions;
  readonly rates: Rates;
  /** @throws LetterboxError `unavailable` where the server should be sent nothing */
  readonly ready: () => Promise<void>;
  readonly rateLimits: RateLimits;
  /** What all tokens are held against alike. */
  readonly tokenRules: Pick<RequestCheck, typeof allowLoopback | 'aud' | 'verify' | 'codec'>;
  /** For tokens that are used again. */
  readonly checkAgain: TokenCheck;
}

/** Unix seconds. */
export function nowOf({ clock }: { readonly clock: Clock }): number {
  return Math.floor(clock.now() / 1000);
}
