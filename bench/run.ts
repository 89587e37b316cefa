import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Area, AreaFile, Row } from './frame/area.ts';
import { holds, measure } from './frame/rows.ts';
import { table } from './frame/table.ts';

/**
 * `npm run bench -- AREA [--only PART] [--full] [--minutes N] [--json FILE]`: measures one area, prints its rows as a table, writes them
 * as JSON. A part that cannot be measured fails alone, and is told; so is a row that is not what it has to be.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    only: { type: 'string' },
    full: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '1' },
  },
});
const [name = ''] = positionals;
const file = join(import.meta.dirname, `${name}.ts`);

if (positionals.length !== 1 || !/^[a-z][a-z-]*$/.test(name) || name === 'run' || !existsSync(file)) {
  fail(
    `Usage: npm run bench -- AREA [--only PART] [--full] [--minutes N] [--json FILE]\nAreas: ${areas().join(', ')}`,
  );
} else {
  const parts = partsOf((await import(file)) as AreaFile);
  const wanted = parts.filter(([part]) => values.only === undefined || part === values.only);
  if (wanted.length === 0)
    fail(`${name} has no ${values.only}, but ${parts.map(([part]) => part).join(', ')}`);
  else save(await measureAll(wanted));
}

function partsOf({ area, areas: several }: AreaFile): [string, Area][] {
  return Object.entries(several ?? (area === undefined ? {} : { [name]: area }));
}

async function measureAll(parts: readonly [string, Area][]): Promise<Row[]> {
  const all: Row[] = [];
  for (const [part, area] of parts) {
    try {
      const rows = await measure(area, { full: values.full, minutes: Number(values.minutes) });
      all.push(...rows);
      console.log(`${table(rows)}\n`);
      if (!rows.every(holds)) process.exitCode = 1;
    } catch (error) {
      fail(`${part} could not be measured: ${error instanceof Error ? error.message : String(error)}\n`, 1);
    }
  }
  return all;
}

function save(rows: readonly Row[]): void {
  if (values.json === undefined) return;
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}

function fail(message: string, code = 2): void {
  console.error(message);
  process.exitCode = code;
}

function areas(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((entry) => entry.endsWith('.ts') && entry !== 'run.ts')
    .map((entry) => entry.slice(0, -'.ts'.length));
}
