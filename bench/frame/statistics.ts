/**
 * The value below which the share `q` (0 to 1) of the values lies, linear between neighbours
 * (Hyndman and Fan's type 7, the default of R and NumPy).
 *
 * @throws RangeError where there are no values
 */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * q;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) throw new RangeError('no values');
  return below + (above - below) * (place - Math.floor(place));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Interquartile range over median: what the middle half of the runs differs by. 0 where all are the same. */
export function spread(values: readonly number[]): number {
  const range = quantile(values, 0.75) - quantile(values, 0.25);
  return range === 0 ? 0 : range / median(values);
}
