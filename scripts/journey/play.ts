/** One named step of a journey: it acts and then makes sure of what it brought about, or throws. */
export interface Step<Stage> {
  readonly name: string;
  run(stage: Stage): Promise<void>;
}

/** A step that was played; `ms` rounded to a tenth. */
export interface StepResult {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
}

/** What a caller may do around the steps: print them, take pictures, kill a worker. */
export interface Around<OneStep> {
  before?(step: OneStep): Promise<void>;
  after?(step: OneStep, result: StepResult): Promise<void>;
}

/** A step failed; `cause` says why, `results` are all up to and including it. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
  readonly step: string;
  readonly results: readonly StepResult[];

  constructor(results: readonly StepResult[], step: string, cause: unknown) {
    super(`step failed: ${step}`, { cause });
    this.step = step;
    this.results = results;
  }
}

/**
 * Plays the steps in order until one fails. What happens around a step does not count as its time.
 *
 * @throws StepFailed
 */
export async function play<Stage, OneStep extends Step<Stage>>(
  steps: readonly OneStep[],
  stage: Stage,
  around: Around<OneStep> = {},
): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const step of steps) {
    await around.before?.(step);
    const start = performance.now();
    const failure = await failureOf(() => step.run(stage));
    const ms = Math.round((performance.now() - start) * 10) / 10;
    const result = { name: step.name, ok: failure === undefined, ms };
    results.push(result);
    if (failure === undefined) await around.after?.(step, result);
    else throw new StepFailed(results, step.name, failure.cause);
  }
  return results;
}

async function failureOf(run: () => Promise<void>): Promise<{ cause: unknown } | undefined> {
  try {
    await run();
    return undefined;
  } catch (cause) {
    return { cause };
  }
}
