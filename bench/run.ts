import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Area } from './frame/area.ts';
import { measure } from './frame/rows.ts';
import { table } from './frame/table.ts';

/** `npm run bench -- AREA [--json FILE]`: measures one area, prints its rows as a table, writes them as JSON. */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } });
const [name = ''] = positionals;
const file = join(import.meta.dirname, `${name}.ts`);

if (positionals.length !== 1 || !/^[a-z][a-z-]*$/.test(name) || name === 'run' || !existsSync(file)) {
  console.error(`Usage: npm run bench -- AREA [--json FILE]\nAreas: ${areas().join(', ')}`);
  process.exitCode = 2;
} else {
  const { area } = (await import(file)) as { area: Area };
  const rows = await measure(area);
  console.log(table(rows));
  if (values.json !== undefined) {
    mkdirSync(dirname(values.json), { recursive: true });
    writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
  }
}

function areas(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((entry) => entry.endsWith('.ts') && entry !== 'run.ts')
    .map((entry) => entry.slice(0, -'.ts'.length));
}
