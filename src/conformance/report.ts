import type { Requirement } from './requirement.ts';

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
  readonly lines: readonly Line[];
}

export function createReport(server: string, origin: string, lines: readonly Line[]): Report {
  const count = (outcome: Line['outcome']): number => lines.filter((line) => line.outcome === outcome).length;
  return { server, origin, passed: count('pass'), failed: count('fail'), skipped: count('skipped'), lines };
}

const MARKS = { pass: 'pass', fail: 'FAIL', skipped: 'skip' } as const;

export function formatLine({ outcome, id, says, reason }: Line): string {
  const line = `${MARKS[outcome]}  ${id.padEnd(28)} ${says}`;
  return reason === undefined ? line : `${line}\n      ${' '.repeat(28)} ${reason}`;
}

export function formatSummary({ passed, failed, skipped }: Report): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
