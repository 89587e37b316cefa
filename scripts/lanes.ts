import { readFile, rm } from 'node:fs/promises';
import { killAll, type Outcome, runCommand } from './lanes/step.ts';
import { countReport } from './lanes/vitest-report.ts';

/**
 * `npm test` after the set-up: two lanes side by side, since each leaves a core idle at times.
 *
 *     code      types → lint → format → unused → unit, contract and architecture tests → on a NATS cluster
 *               → faults under load, fuzzer → the views in Firefox
 *     browser   build → the views in Chromium → size budgets → web-ext lint
 *               → end-to-end tests in Chromium → in Firefox
 *
 * Nothing stops at the first failure. The last line counts tests, and each check that is none as one; before it stands
 * what was skipped, and why.
 */
const REPORTS = 'out/test';

/** Under CI nothing is skipped: a skipped test is a failed one. */
const STRICT = process.env['CI'] === 'true';

const outcomes: Outcome[] = [];

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    killAll();
    process.exit(1);
  });
}

await rm(REPORTS, { recursive: true, force: true });
const built = check('build', process.execPath, 'scripts/build.ts');
await Promise.all([codeLane(), browserLane()]);
finish();

async function codeLane(): Promise<void> {
  await check('types', 'tsc', '-b');
  await check('lint', 'oxlint', '--type-aware', '--deny-warnings', '--format', 'unix');
  await check('format', 'oxfmt', '--check');
  await check('unused', 'knip');
  await tests('unit');
  await tests('cluster');
  await tests('faults');
  await tests('views-firefox');
}

async function browserLane(): Promise<void> {
  await tests('views-chromium');
  if (!(await built)) {
    for (const lane of ['e2e-chromium', 'e2e-firefox']) report(lane, notBuilt(), 0);
    return;
  }
  await check('size budgets', process.execPath, 'scripts/budgets.ts');
  await check('web-ext lint', process.execPath, 'scripts/lint-extension.ts');
  await tests('e2e-chromium');
  await tests('e2e-firefox');
}

/** A check that is no test: passes where the command exits 0. */
async function check(name: string, command: string, ...args: string[]): Promise<boolean> {
  const start = performance.now();
  const { code, output } = await runCommand(command, args);
  const passed = code === 0;
  report(
    name,
    { passed: passed ? 1 : 0, failed: passed ? 0 : 1, failures: passed ? [] : [name], skipped: [] },
    performance.now() - start,
  );
  if (!passed) console.log(output.trimEnd());
  return passed;
}

/** One project of vitest.config.ts. */
async function tests(project: string): Promise<void> {
  const start = performance.now();
  const file = `${REPORTS}/${project}.json`;
  const args = [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ];
  const { code, output } = await runCommand('vitest', args);
  const outcome = countReport(await readIfThere(file), code, STRICT);
  report(project, outcome, performance.now() - start);
  if (outcome.failed > 0) console.log(output.trimEnd());
}

function notBuilt(): Outcome {
  return { passed: 0, failed: 1, failures: ['there is no build to test'], skipped: [] };
}

function report(name: string, outcome: Outcome, ms: number): void {
  const named = (lines: readonly string[]) => lines.map((line) => `${name}: ${line}`);
  outcomes.push({ ...outcome, failures: named(outcome.failures), skipped: named(outcome.skipped) });
  const count = `${outcome.passed} passed${outcome.failed > 0 ? `, ${outcome.failed} FAILED` : ''}`;
  console.log(
    `${outcome.failed > 0 ? '✗' : '✓'} ${name.padEnd(14)} ${(ms / 1000).toFixed(1).padStart(6)} s   ${count}`,
  );
}

function finish(): void {
  list(
    'Skipped, because something that they need is not here (the set-up says what, at its start)',
    outcomes.flatMap((outcome) => outcome.skipped),
  );
  list(
    'Failed',
    outcomes.flatMap((outcome) => outcome.failures),
  );
  const sum = (member: 'passed' | 'failed'): number =>
    outcomes.reduce((total, outcome) => total + outcome[member], 0);
  process.exitCode = sum('failed') > 0 ? 1 : 0;
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
}

function list(title: string, lines: readonly string[]): void {
  if (lines.length > 0) console.log(`\n${title}:\n${lines.map((line) => `  ${line}`).join('\n')}\n`);
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
