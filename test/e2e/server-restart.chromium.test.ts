import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { play } from '../../scripts/journey/play.ts';
import { Stage } from '../../scripts/journey/stage.ts';
import { letterSteps } from '../../scripts/journey/steps.ts';
import { prepareSteps } from '../../scripts/journey/steps/prepare.ts';
import { inOrder } from './in-order.ts';

describe('the message server is killed (-9) and started again before each step, and nothing is lost', () => {
  const stage = new Stage({ headless: true });
  beforeAll(async () => {
    await play(prepareSteps, stage);
  });
  afterAll(() => stage.close());
  const reached = inOrder(stage, ({ world }) => world.restartServer());

  test.each(letterSteps)('restarted, then: $name', async (step) => {
    await expect(reached(step)).resolves.toBeUndefined();
  });
});
