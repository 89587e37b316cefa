import type { Row } from './area.ts';
import { holds } from './rows.ts';

/** The rows as text for people: aligned, three significant digits, the peer's own figure beside ours. */
export function table(rows: readonly Row[]): string {
  const head = ['', 'value', 'unit', 'against', 'peer', 'ratio', 'spread', 'runs', 'wanted'];
  const body = rows.map((row) => [
    row.name,
    digits(row.value),
    row.unit,
    row.against,
    digits(row.value / row.ratio),
    `${digits(row.ratio)}×`,
    `±${Math.round(row.spread * 100)} %`,
    String(row.runs),
    verdict(row),
  ]);
  const lines = [head, ...body];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => pad(cell, column, widths))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Names to the left, figures to the right. */
function pad(cell: string, column: number, widths: readonly number[]): string {
  const width = widths[column] ?? 0;
  return [0, 2, 3, 8].includes(column) ? cell.padEnd(width) : cell.padStart(width);
}

function verdict(row: Row): string {
  if (row.wanted === undefined) return '';
  const { atLeast, atMost } = row.wanted;
  const bounds = [
    atLeast === undefined ? [] : `≥ ${digits(atLeast)}`,
    atMost === undefined ? [] : `≤ ${digits(atMost)}`,
  ];
  return `${bounds.flat().join(' ')} ${holds(row) ? 'holds' : 'MISSED'}`;
}

function digits(value: number): string {
  return new Intl.NumberFormat('en', { maximumSignificantDigits: 3 }).format(value);
}
