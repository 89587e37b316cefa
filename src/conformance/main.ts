#!/usr/bin/env node
import { writeFile } from 'node:fs/promises';
import { HELP, readArguments, type Arguments } from './args.ts';
import { formatLine, formatSummary } from './report.ts';
import { runConformance } from './run.ts';

/** `letterbox-conformance URL`: prints a line for each requirement; the exit code says whether all were met. */

const COULD_NOT_TRY = 2;

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const options = readArguments(process.argv.slice(2));
    if (options !== 'help') return await run(options);
    process.stdout.write(HELP);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\nMore with --help.\n`);
    return COULD_NOT_TRY;
  }
}

async function run(options: Arguments): Promise<number> {
  const report = await runConformance({
    ...options,
    onLine: (line) => void process.stdout.write(`${formatLine(line)}\n`),
  });
  process.stdout.write(`\n${formatSummary(report)}\n`);
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
  return report.failed === 0 ? 0 : 1;
}
