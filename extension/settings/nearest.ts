const MAX_SLIPS = 2;

/** The one of `known` that `typed` may have meant: at most two letters wrong, missing, too many or swapped. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const near = known
    .map((host) => ({ host, slips: distance(typed, host) }))
    .filter(({ slips }) => slips > 0 && slips <= MAX_SLIPS)
    .toSorted((one, other) => one.slips - other.slips);
  return near[0]?.host;
}

/** Damerau–Levenshtein distance, in its restricted form. */
function distance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= from.length; row++) {
    rows[row] = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const costs = [
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + (same ? 0 : 1),
      ];
      if (swapped) costs.push(at(row - 2, column - 2) + 1);
      rows[row]?.push(Math.min(...costs));
    }
  }
  return at(from.length, to.length);
}
