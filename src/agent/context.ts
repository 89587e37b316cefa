import type { Address } from '../protocol/ids.ts';
import type { Buckets } from './buckets.ts';
import type { Ports } from './ports.ts';
import type { Telling } from './page-events.ts';
import type { Unlocking } from './unlocking.ts';
import type { Waiters } from './waiters.ts';

/** What every part of the agent is given: the ports, and what one run of it shares. None of it matters on disk. */
export interface Context extends Ports {
  readonly report: (error: unknown) => void;
  readonly buckets: Buckets;
  readonly waiters: Waiters;
  readonly unlocking: Unlocking;
  readonly telling: Telling;
  /** Whether the server says at once when something comes for this inbox. */
  isLive(inbox: Address, server: string): boolean;
  /** Starts the work that a change has made due, without anyone waiting for it. */
  kick(): void;
}
