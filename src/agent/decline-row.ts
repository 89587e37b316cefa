import type { Origin } from '../protocol/ids.ts';

/** How often in a row an app was declined. */
export interface DeclineRow {
  readonly app: Origin;
  readonly inARow: number;
  /** The last time. */
  readonly at: number;
  /** Nothing that it asks brings up a window before; in Unix seconds. */
  readonly quietUntil?: number;
}
