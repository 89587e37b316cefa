import { destination } from 'pino';

/** Where so much has gathered, it does not wait for the turn's end. */
const BUFFER_BYTES = 8 * 1024;

/**
 * Standard error for the log's lines. The first of a turn of the loop is written at once and the others together at its
 * end, since a write each costs as much as many an answer. What ends the process from within writes the rest; kill -9
 * loses the lines of one turn.
 */
export function createLogLines(): { write(line: string): void } {
  const lines = destination({ dest: 2, sync: true, minLength: BUFFER_BYTES });
  let due = false;
  process.on('exit', () => lines.flushSync());
  return {
    write(line) {
      lines.write(line);
      if (due) return;
      lines.flushSync();
      due = true;
      setImmediate(() => {
        due = false;
        lines.flushSync();
      });
    },
  };
}
