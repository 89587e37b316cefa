import { join } from 'node:path';
import type { Sample } from '../frame/area.ts';
import { startPinned, type Pinned } from './pinned.ts';

/** What one of something took, in seconds of a processor and by the clock. */
export interface Cost {
  readonly cpu: number;
  readonly wall: number;
}

export function sum(...costs: readonly Cost[]): Cost {
  return costs.reduce((total, { cpu, wall }) => ({ cpu: total.cpu + cpu, wall: total.wall + wall }));
}

/** What a process spends on a run of so many. */
export async function costOf(
  process: Pinned,
  count: number,
  run: () => Promise<{ readonly seconds: number }>,
): Promise<Cost> {
  const before = process.cpu();
  const { seconds } = await run();
  return { cpu: (process.cpu() - before) / count, wall: seconds / count };
}

/** What a program of `limit/` says that one of its own costs. */
export async function ownCost(program: string, ...args: readonly string[]): Promise<Cost> {
  const process = await startPinned(join(import.meta.dirname, 'limit', `${program}.ts`), args);
  await process.stop();
  return process.said as unknown as Cost;
}

/** As rates, ours against a peer's: judged by the processor's time, and the clock's beside it. */
export function rates(
  name: string,
  ours: Cost,
  peer: string,
  theirs: Cost,
  wanted: Sample['wanted'],
): Sample[] {
  const sample = (what: string, value: number, limit: number): Sample => ({
    name: what,
    value: 1 / value,
    unit: 'per second',
    against: { name: peer, value: 1 / limit },
  });
  return [
    { ...sample(name, ours.cpu, theirs.cpu), ...(wanted === undefined ? {} : { wanted }) },
    sample(`${name}, by the clock`, ours.wall, theirs.wall),
  ];
}
