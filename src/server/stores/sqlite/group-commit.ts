import type { DatabaseSync } from 'node:sqlite';
import { isLetterboxError, LetterboxError } from '../../../protocol/errors.ts';

/** Runs writes so that many share one commit, and so one fsync; each promise settles after that commit. */
export interface GroupCommit {
  /**
   * @param write what it throws undoes this write alone
   * @throws LetterboxError what `write` threw, or `unavailable` where the database failed
   */
  readonly run: <Result>(write: () => Result) => Promise<Result>;
  /** Commits what is waiting, at once. */
  flush(): void;
  isWaiting(): boolean;
}

/** What goes with the transactions. */
export interface Around {
  /** Before each. */
  readonly beforeWrite?: () => void;
  /** After one of which nothing was written, though its writes may have seen each other's work. */
  readonly afterFailure?: () => void;
}

const nothing = (): void => undefined;

/** So many wait for no more. */
const FULL_GROUP = 256;

interface Job {
  /** Does the write; returns how to tell its caller once the commit is through. Throws what the write throws. */
  readonly attempt: () => () => void;
  /** The same in a savepoint: what the write throws undoes it alone, and is told its caller. */
  readonly attemptApart: () => () => void;
  readonly fail: (error: unknown) => void;
}

/**
 * ```
 *  run ─┐
 *  run ─┼─► waiting ──(a turn without more)──► BEGIN · each · COMMIT ──────────────► settle all
 *  run ─┘                                         └─one throws─► ROLLBACK · BEGIN · savepoint each · COMMIT ─┘
 * ```
 * What arrives while a commit blocks the loop is the next group: the busier, the larger the groups. Most need no
 * savepoints, which cost as much as some of the writes.
 */
export function createGroupCommit(
  db: DatabaseSync,
  { beforeWrite = nothing, afterFailure = nothing }: Around = {},
): GroupCommit {
  let waiting: Job[] = [];

  /** What came in this turn may not be all: while more comes, the group stays open, a turn at a time. */
  function turn(before: number): void {
    if (waiting.length > before && waiting.length < FULL_GROUP) setImmediate(turn, waiting.length);
    else flush();
  }

  function flush(): void {
    const jobs = waiting;
    waiting = [];
    if (jobs.length === 0) return;
    let settle: (() => void)[];
    try {
      beforeWrite();
      settle = attemptAll(db, jobs);
      db.exec('COMMIT');
    } catch (cause) {
      afterFailure();
      for (const job of jobs) job.fail(new LetterboxError('unavailable', {}, { cause }));
      // Where not even this works, the process had better end and start anew.
      if (db.isOpen) rollBack(db);
      return;
    }
    for (const tell of settle) tell();
  }

  return {
    run(write) {
      return new Promise((resolve, reject) => {
        const job: Job = {
          attempt() {
            const value = write();
            return () => resolve(value);
          },
          attemptApart() {
            const result = inSavepoint(db, write);
            return 'error' in result ? () => reject(result.error) : () => resolve(result.value);
          },
          fail: reject,
        };
        if (waiting.push(job) === 1) setImmediate(turn, 0);
      });
    },
    flush,
    isWaiting: () => waiting.length > 0,
  };
}

/** Leaves its transaction open. */
function attemptAll(db: DatabaseSync, jobs: readonly Job[]): (() => void)[] {
  db.exec('BEGIN IMMEDIATE');
  try {
    return jobs.map((job) => job.attempt());
  } catch {
    rollBack(db);
    db.exec('BEGIN IMMEDIATE');
    return jobs.map((job) => job.attemptApart());
  }
}

function rollBack(db: DatabaseSync): void {
  if (db.isTransaction) db.exec('ROLLBACK');
}

function inSavepoint<Result>(
  db: DatabaseSync,
  write: () => Result,
): { value: Result } | { error: LetterboxError } {
  db.exec('SAVEPOINT write');
  try {
    const value = write();
    db.exec('RELEASE write');
    return { value };
  } catch (cause) {
    db.exec('ROLLBACK TO write; RELEASE write');
    return {
      error: isLetterboxError(cause) ? cause : new LetterboxError('unavailable', {}, { cause }),
    };
  }
}
