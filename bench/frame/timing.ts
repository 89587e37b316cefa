import type { Sample } from './area.ts';

export interface Duel {
  readonly name: string;
  readonly ours: () => unknown;
  readonly peer: { readonly name: string; readonly run: () => unknown };
  /** How many times each side runs in a row, so that the clock's grain does not count. */
  readonly times: number;
}

/** The time of one run of each side in µs, one side right after the other, who goes first by the round. */
export async function duel(round: number, { name, ours, peer, times }: Duel): Promise<Sample> {
  const [value, against] = await inTurn(
    round,
    () => microseconds(ours, times),
    () => microseconds(peer.run, times),
  );
  return { name, value, unit: 'µs', against: { name: peer.name, value: against } };
}

/** Runs both, the first one first in even rounds and last in odd ones: a drift of the machine hits both alike. */
export async function inTurn<A, B>(round: number, a: () => Promise<A>, b: () => Promise<B>): Promise<[A, B]> {
  if (round % 2 === 0) {
    const first = await a();
    return [first, await b()];
  }
  const first = await b();
  return [await a(), first];
}

async function microseconds(run: () => unknown, times: number): Promise<number> {
  const start = performance.now();
  for (let time = 0; time < times; time += 1) await run();
  return ((performance.now() - start) / times) * 1000;
}
