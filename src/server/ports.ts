import type { Bucket, Name, Origin } from '../protocol/ids.ts';
import type { VerifiedRecord } from '../protocol/record.ts';
import type { ProblemCode } from '../protocol/problem.ts';

/** What one request may cause. Both throw `lookup-busy`. */
export interface Permit {
  /** Called before anyone is asked. */
  lookup(): void;
  /** Called before each fetch that the look-up takes. */
  fetch(url: string): void;
}

/** Looks things up where others keep them. Both answers are cached, rated and shared by those who ask at once. */
export interface Lookup {
  /**
   * The record at a bucket's well-known place.
   * @param maxAge seconds; an answer older than this is asked for again
   * @param permit what it throws is the answer
   * @throws LetterboxError as src/gaia/records.ts readRecord, and `lookup-busy`
   */
  record(bucket: Bucket, maxAge: number, permit: Permit): Promise<VerifiedRecord>;
  /**
   * The bucket that a name leads to in an app, by its owner's signature.
   * @param maxAge as for `record`, and so is `permit`
   * @throws LetterboxError as src/gaia/names.ts resolveName, and `lookup-busy`
   */
  bucketOfName(name: Name, app: Origin, maxAge: number, permit: Permit): Promise<Bucket>;
}

/** Calls back once, later; the returned function calls it off. */
export interface Timer {
  after(milliseconds: number, call: () => void): () => void;
}

/** What is counted beside the answers. Numbers only: nothing of anyone can get in. */
export interface Meter {
  /** One more, or one less. */
  sockets(change: 1 | -1): void;
  subscriptions(change: 1 | -1): void;
  /** Deliveries and inboxes that a sweep erased. */
  swept(erased: number): void;
}

/** The page for a collector of metrics. */
export interface MetricsPage {
  readonly contentType: string;
  /**
   * @param authorization the header of that name
   * @returns undefined where the caller may not have the page
   */
  text(authorization: string | undefined): Promise<string | undefined>;
}

/** What the server tells its operator: never content, ids, addresses, names or paths of anyone. */
export interface Log {
  /** A request was answered. `route` is the template of its path, never the path. */
  answered(entry: { route: string; method: string; status: number; problem?: ProblemCode; ms: number }): void;
  /** Something broke that no caller is to blame for. */
  failed(error: unknown): void;
}
