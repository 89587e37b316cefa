/** Counts what was sent and what came, and keeps the first of each thing that no server may do. */
export interface Tally {
  readonly kinds: Map<string, number>;
  readonly statuses: Map<string, number>;
  readonly flaws: string[];
  requests: number;
  sent(kind: string, requests: number): void;
  came(status: number | 'none'): void;
  /** @param whatFor what caused it, for whoever wants to see it again */
  flawed(flaw: string, whatFor?: unknown): void;
}

const MOST_FLAWS = 20;

export function createTally(): Tally {
  const tally: Tally = {
    kinds: new Map(),
    statuses: new Map(),
    flaws: [],
    requests: 0,
    sent(kind, requests) {
      tally.requests += requests;
      add(tally.kinds, kind, requests);
    },
    came: (status) => add(tally.statuses, String(status), 1),
    flawed(flaw, whatFor) {
      if (tally.flaws.length >= MOST_FLAWS) return;
      tally.flaws.push(whatFor === undefined ? flaw : `${flaw} ← ${JSON.stringify(whatFor).slice(0, 2000)}`);
    },
  };
  return tally;
}

function add(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
