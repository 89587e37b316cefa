import type { Area, AreaOptions, Row, Sample } from './area.ts';
import { median, spread } from './statistics.ts';

/** Measures an area to the end: warm-ups, rounds, and one row for each name that a round reports. */
export async function measure(
  area: Area,
  { full = false, minutes = 1 }: Partial<AreaOptions> = {},
): Promise<Row[]> {
  const measurement = await area.open({ full, minutes });
  const samples: Sample[] = [];
  const warmUps = area.warmUps ?? 0;
  try {
    for (let index = 0; index < warmUps + area.rounds; index += 1) {
      const round = await measurement.round(index);
      if (index >= warmUps) samples.push(...round);
    }
  } finally {
    await measurement.close();
  }
  return rowsOf(samples);
}

/** Whether a row is what it has to be. */
export function holds({ ratio, wanted }: Row): boolean {
  return ratio >= (wanted?.atLeast ?? -Infinity) && ratio <= (wanted?.atMost ?? Infinity);
}

/**
 * One row a name, in the order of their first appearance.
 *
 * @throws RangeError where a name changes its unit or its peer between rounds: such figures cannot be compared
 */
export function rowsOf(samples: readonly Sample[]): Row[] {
  return [...Map.groupBy(samples, (sample) => sample.name)].map(([name, runs]) => rowOf(name, runs));
}

function rowOf(name: string, runs: readonly Sample[]): Row {
  const kinds = new Set(runs.map((run) => `${run.unit} against ${run.against.name}`));
  const [first] = runs;
  if (first === undefined || kinds.size > 1)
    throw new RangeError(`${name} is measured as ${[...kinds].join(' and ')}`);
  const values = runs.map((run) => run.value);
  const peers = runs.map((run) => run.against.value);
  return {
    name,
    value: median(values),
    unit: first.unit,
    against: first.against.name,
    ratio: median(values) / median(peers),
    runs: runs.length,
    spread: Math.max(spread(values), spread(peers)),
    ...(first.wanted === undefined ? {} : { wanted: first.wanted }),
  };
}
