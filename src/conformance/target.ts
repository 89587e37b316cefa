import type { Origin } from '../protocol/ids.ts';
import type { Answer, Call } from './http.ts';
import type { Pointers } from './pointers.ts';
import type { Hosting } from './site/hosting.ts';

/** The server under test, and what all checks share. */
export interface Target {
  /** Where it is reached, without a trailing slash. */
  readonly url: string;
  /** The public origin that it is configured with: what tokens name. */
  readonly origin: Origin;
  /** What it needs to let anybody in, where it asks for that. */
  readonly invite?: string;
  /** How many deliveries of contacts it keeps in an inbox, where that is known. */
  readonly stored?: number;
  /** Unix seconds by the server's own clock. */
  readonly now: () => number;
  readonly hosting: Hosting;
  readonly pointers: Pointers;
  readonly call: (call: Call) => Promise<Answer>;
}
