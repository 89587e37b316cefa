import { withEvidence } from '../../scripts/journey/evidence.ts';
import type { Stage } from '../../scripts/journey/stage.ts';
import type { JourneyStep } from '../../scripts/journey/step.ts';

/** Plays steps one at a time, as a test each. After one that failed the others fail at once: they were not reached. */
export function inOrder(
  stage: Stage,
  before: (stage: Stage) => Promise<void> = async () => undefined,
): (step: JourneyStep) => Promise<void> {
  let broken: string | undefined;
  return async (step) => {
    if (broken !== undefined) throw new Error(`not reached: “${broken}” failed`);
    broken = step.name;
    await before(stage);
    await withEvidence(stage, () => step.run(stage));
    broken = undefined;
  };
}
