/**
 * The contract between the frame and an area of measuring. An area is a file `bench/<name>.ts` that exports
 * `area: Area`, or `areas`; `npm run bench -- <name>` runs it.
 */
export interface Area {
  /** How often everything is measured; the figures are medians over the rounds. At least 3. */
  readonly rounds: number;
  /** Rounds before these that are thrown away, until compilers and caches have settled. */
  readonly warmUps?: number;
  /** Starts what is measured (servers, browsers). */
  open(options: AreaOptions): Promise<Measurement>;
}

export interface AreaOptions {
  /** What takes long is measured, too. */
  readonly full: boolean;
  /** How long a round lasts that only waits. */
  readonly minutes: number;
}

/** What a file of an area exports: itself, or several parts by name, which are measured one after the other. */
export interface AreaFile {
  readonly area?: Area;
  readonly areas?: Readonly<Record<string, Area>>;
}

export interface Measurement {
  /**
   * Measures everything once, each figure right beside its peer. `index` counts from 0, warm-ups included: whoever goes
   * first in even rounds should go last in odd ones, see `inTurn`.
   */
  round(index: number): Promise<readonly Sample[]>;
  close(): Promise<void>;
}

/** One figure of one round, and what it is held against in the same round. */
export interface Sample {
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
  readonly against: Peer;
  /** What the ratio of the medians has to be; absent: it is only reported. */
  readonly wanted?: Wanted;
}

export interface Wanted {
  readonly atLeast?: number;
  readonly atMost?: number;
}

export interface Peer {
  /** The peer in words: `bare noble-curves verify`, `limit`. */
  readonly name: string;
  /** Measured in the same round, or the limit itself; in the unit of the figure. */
  readonly value: number;
}

export type Unit = 'ms' | 'µs' | 'per second' | 'bytes' | 'of the time';

/** One line of the result, as `--json` writes it. */
export interface Row {
  readonly name: string;
  /** The median over the rounds. */
  readonly value: number;
  readonly unit: Unit;
  /** The name of the peer or limit; its median is `value / ratio`. */
  readonly against: string;
  /** The median figure over the median of its peer. */
  readonly ratio: number;
  /** Rounds counted. */
  readonly runs: number;
  /** The machine's noise: interquartile range over median, the figure's or its peer's, whichever is larger. */
  readonly spread: number;
  readonly wanted?: Wanted;
}
