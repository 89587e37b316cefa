import { afterAll, describe, expect, test } from 'vitest';
import { Stage } from '../../scripts/journey/stage.ts';
import { journeySteps } from '../../scripts/journey/steps.ts';
import { inOrder } from './in-order.ts';
import { launchBrowser } from './launch.ts';

describe('a message goes from Alice’s page to Bob’s badge and back', () => {
  const stage = new Stage({ headless: true, launch: launchBrowser });
  afterAll(() => stage.close());
  const reached = inOrder(stage);

  test.each(journeySteps)('$name', async (step) => {
    await expect(reached(step)).resolves.toBeUndefined();
  });
});
