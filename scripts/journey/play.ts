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
export interface Around {
  before?(name: string): Promise<void>;
  after?(result: StepResult): Promise<void>;
}

/** A step failed; `step` names it, `cause` says why, `results` are all up to and including it. */
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
 * Plays the steps in order until one fails.
 *
 * @throws StepFailed
 */
export async function play<Stage>(
  steps: readonly Step<Stage>[],
  stage: Stage,
  around: Around = {},
): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const step of steps) {
    await around.before?.(step.name);
    const start = performance.now();
    const failure = await failureOf(() => step.run(stage));
    const ms = Math.round((performance.now() - start) * 10) / 10;
    const result = { name: step.name, ok: failure === undefined, ms };
    results.push(result);
    await around.after?.(result);
    if (failure !== undefined) throw new StepFailed(results, step.name, failure.cause);
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
