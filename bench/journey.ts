import { play } from '../scripts/journey/play.ts';
import { Stage } from '../scripts/journey/stage.ts';
import { letterSteps } from '../scripts/journey/steps.ts';
import { prepareSteps } from '../scripts/journey/steps/prepare.ts';
import type { Area, Sample } from './frame/area.ts';
import { letterSamples } from './journey/letters.ts';

/**
 * The journey in two real browsers, each round in a world of its own: its steps against what a person takes for at once
 * (an approval window keeps still for 0.6 s of it by design), then letters between two who know each other, part by part.
 */
export const area: Area = {
  rounds: 3,
  async open() {
    return {
      async round() {
        const stage = new Stage({ headless: true });
        try {
          const prepared = await stepSamples(stage, prepareSteps, PREPARE_LIMIT);
          const letter = await stepSamples(stage, letterSteps, LETTER_LIMIT);
          return [...prepared, ...letter, ...(await letterSamples(stage))];
        } finally {
          await stage.close();
        }
      },
      async close() {
        // Each round closes what it opened.
      },
    };
  },
};

/** Milliseconds. Preparing is done once, by two people at a time, through the browser's own settings. */
const PREPARE_LIMIT = 5000;
const LETTER_LIMIT = 1000;

async function stepSamples(stage: Stage, steps: typeof letterSteps, limit: number): Promise<Sample[]> {
  const results = await play(steps, stage);
  return results.map(({ name, ms }) => ({
    name,
    value: ms,
    unit: 'ms',
    against: { name: 'limit', value: limit },
  }));
}
