import type { Requirement } from './requirement.ts';
import type { Target } from './target.ts';

/** How one requirement was met. */
export interface Line extends Pick<Requirement, 'id' | 'section' | 'says'> {
  readonly outcome: 'pass' | 'fail' | 'skipped';
  /** What was seen instead, or why it was not tried. */
  readonly reason?: string;
  readonly milliseconds: number;
}

/** What `--json` writes. */
export interface Report {
  readonly server: string;
  readonly origin: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** How many files of the suite's own buckets the server asked for. */
  readonly fetched: number;
  readonly lines: readonly Line[];
}

export function createReport({ url: server, origin, hosting }: Target, lines: readonly Line[]): Report {
  const count = (outcome: Line['outcome']): number => lines.filter((line) => line.outcome === outcome).length;
  const [passed, failed, skipped] = [count('pass'), count('fail'), count('skipped')];
  return { server, origin, passed, failed, skipped, fetched: hosting.fetched(), lines };
}

const MARKS = { pass: 'pass', fail: 'FAIL', skipped: 'skip' } as const;

export function formatLine({ outcome, id, says, reason }: Line): string {
  const line = `${MARKS[outcome]}  ${id.padEnd(28)} ${says}`;
  return reason === undefined ? line : `${line}\n      ${' '.repeat(28)} ${reason}`;
}

export function formatSummary({ passed, failed, skipped, fetched }: Report): string {
  const summary = `${passed} passed, ${failed} failed, ${skipped} skipped`;
  if (fetched > 0 || failed === 0) return summary;
  return `${summary}\n\nThe server fetched nothing from the suite. What it needs to reach it: --help.`;
}
