import type { DatabaseSync } from 'node:sqlite';
import { LetterboxError } from '../../../protocol/errors.ts';

/**
 * Reads of one turn of the loop, in one transaction: taking and giving back SQLite's locks costs several times what most
 * of these reads do. What they see is as old as the turn, or the last commit, and holds everything that was
 * answered as durable.
 */
export interface SharedReads {
  /**
   * A read for the asynchronous port: what the database throws is `unavailable`.
   * @param atHand answers without the database where it can: such a read needs no transaction
   */
  readonly read: <Input extends unknown[], Result>(
    query: (...input: Input) => Result,
    atHand?: (...input: Input) => Result | undefined,
  ) => (...input: Input) => Promise<Result>;
  /** Ends the transaction, if one is open: before anything is written, and before the database is closed. */
  readonly end: () => void;
}

/** @param isWriteDue whether a write waits, which will call `end`: until then the transaction may stay open */
export function createSharedReads(db: DatabaseSync, isWriteDue: () => boolean): SharedReads {
  let open = false;

  function begin(): void {
    if (open) return;
    db.exec('BEGIN');
    open = true;
    setImmediate(() => {
      if (!isWriteDue()) end();
    });
  }

  function end(): void {
    if (!open) return;
    open = false;
    db.exec('COMMIT');
  }

  return {
    read:
      (query, atHand) =>
      // oxlint-disable-next-line require-await -- the port is asynchronous, this adapter's end is not
      async (...input) => {
        const known = atHand?.(...input);
        if (known !== undefined) return known;
        try {
          begin();
          return query(...input);
        } catch (error) {
          if (error instanceof LetterboxError) throw error;
          throw new LetterboxError('unavailable', {}, { cause: error });
        }
      },
    end,
  };
}
