import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseStartOptions, UsageError, type StartOptions } from './journey/options.ts';
import { takePictures } from './journey/pictures.ts';
import { play, StepFailed, type StepResult } from './journey/play.ts';
import { failureText, stepLine } from './journey/print.ts';
import { Stage } from './journey/stage.ts';
import { journeySteps } from './journey/steps.ts';
import { prepareSteps } from './journey/steps/prepare.ts';
import type { JourneyStep } from './journey/step.ts';
import { bothClosed, guide, settle } from './journey/windows.ts';

/**
 * What `npm start` runs after the set-up and the build: a world on loopback and two people's browsers in it.
 *
 *     with windows   everything is prepared, then they stay open until they are closed, or Ctrl-C
 *     without        the whole journey is played, with pictures of it under out/
 *
 * Exits 0, or 1 naming the step that failed, 2 for wrong arguments, 130 where it was interrupted before its end.
 */
const PICTURES = 'out';
const INTERRUPTED = 130;

const interrupted = Promise.withResolvers<typeof INTERRUPTED>();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interrupted.resolve(INTERRUPTED);
  });
}
// A step that was interrupted may still wait for what will not come: the process does not wait with it.
process.exit(await run(process.argv.slice(2)));

async function run(args: readonly string[]): Promise<number> {
  try {
    return await runWith(parseStartOptions(args, process.env));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
}

async function runWith(options: StartOptions): Promise<number> {
  const stage = new Stage(options);
  try {
    return await (options.headless ? journey(stage, options) : windows(stage, options));
  } finally {
    await stage.close();
  }
}

async function journey(stage: Stage, options: StartOptions): Promise<number> {
  const code = await Promise.race([playAndTell(journeySteps, stage, options), interrupted.promise]);
  if (code === 0) console.log(`\n  The pictures are in ${PICTURES}/.`);
  return code;
}

async function windows(stage: Stage, options: StartOptions): Promise<number> {
  const code = await Promise.race([playAndTell(prepareSteps, stage, options), interrupted.promise]);
  if (code !== 0) return code;
  await settle(stage);
  console.log(guide(stage));
  await Promise.race([bothClosed(stage), interrupted.promise]);
  return 0;
}

/** Plays and prints the steps; `--json` gets what was played, also where one failed. */
async function playAndTell(
  steps: readonly JourneyStep[],
  stage: Stage,
  options: StartOptions,
): Promise<number> {
  console.log('');
  try {
    await save(options, await play(steps, stage, { after: (step, result) => told(stage, step, result) }));
    return 0;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    console.log(error.results.slice(-1).map(stepLine).join(''));
    console.error(failureText(error));
    await save(options, error.results);
    return 1;
  }
}

async function told(stage: Stage, step: JourneyStep, result: StepResult): Promise<void> {
  console.log(stepLine(result));
  if (stage.options.headless) await takePictures(stage, step.pictures ?? [], PICTURES);
}

async function save({ json }: StartOptions, steps: readonly StepResult[]): Promise<void> {
  if (json === undefined) return;
  await mkdir(dirname(json), { recursive: true });
  await writeFile(json, `${JSON.stringify({ steps }, null, 2)}\n`);
}
