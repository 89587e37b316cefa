/**
 * Standard error for the log's lines. The first of a turn of the loop is written at once and the others together at its
 * end, since a write each costs as much as many an answer. (pino's own destination syncs a file at each flush, which
 * costs more still.) What ends the process from within writes the rest; kill -9 loses the lines of one turn.
 */
export function createLogLines(): { write(line: string): void } {
  let due = false;
  let lines = '';
  const flush = (): void => {
    const text = lines;
    [due, lines] = [false, ''];
    if (text !== '') process.stderr.write(text);
  };
  process.on('exit', flush);
  return {
    write(line) {
      if (due) {
        lines += line;
        return;
      }
      process.stderr.write(line);
      due = true;
      setImmediate(flush);
    },
  };
}
