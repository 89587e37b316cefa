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
}

interface Job {
  /** Does the write; returns how to tell its caller once the commit is through. */
  readonly attempt: () => () => void;
  readonly fail: (error: unknown) => void;
}

/**
 * ```
 *  run ─┐
 *  run ─┼─► waiting ──(the loop's next turn)──► BEGIN · savepoint each · COMMIT ──► settle all
 *  run ─┘
 * ```
 * What arrives while a commit blocks the loop is the next group: the busier, the larger the groups.
 */
export function createGroupCommit(db: DatabaseSync): GroupCommit {
  let waiting: Job[] = [];

  function flush(): void {
    const jobs = waiting;
    waiting = [];
    if (jobs.length === 0) return;
    let settle: (() => void)[];
    try {
      db.exec('BEGIN IMMEDIATE');
      settle = jobs.map((job) => job.attempt());
      db.exec('COMMIT');
    } catch (cause) {
      for (const job of jobs) job.fail(new LetterboxError('unavailable', {}, { cause }));
      // Where not even this works, the process had better end and start anew.
      if (db.isOpen && db.isTransaction) db.exec('ROLLBACK');
      return;
    }
    for (const tell of settle) tell();
  }

  return {
    run(write) {
      return new Promise((resolve, reject) => {
        const attempt = (): (() => void) => {
          const result = inSavepoint(db, write);
          return 'error' in result ? () => reject(result.error) : () => resolve(result.value);
        };
        if (waiting.push({ attempt, fail: reject }) === 1) setImmediate(flush);
      });
    },
    flush,
  };
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
