import type { Bench } from './bench.ts';

/** One thing that docs/protocol.md asks of a server. */
export interface Requirement {
  /** `<section>.<what>`: never given another meaning. */
  readonly id: string;
  /** The section of docs/protocol.md. */
  readonly section: string;
  /** One sentence, as a server that meets it would be described. */
  readonly says: string;
  /** Seconds that pass before it can be told. */
  readonly takes: number;
  /** @throws Unmet */
  readonly check: (bench: Bench) => Promise<void>;
}

/** @param takes where it has to wait: seconds */
export function requirement(
  id: string,
  says: string,
  check: Requirement['check'],
  { takes = 0 }: { readonly takes?: number } = {},
): Requirement {
  const section = id.slice(0, id.indexOf('.'));
  return { id, section, says, takes, check };
}
