import { afterAll, describe, expect, test } from 'vitest';
import { Stage } from '../../scripts/journey/stage.ts';
import { letterSteps } from '../../scripts/journey/steps.ts';
import { prepareSteps } from '../../scripts/journey/steps/prepare.ts';
import { inOrder } from './in-order.ts';

/** The steps before there is a worker to kill. */
const BEFORE_WORKERS = 2;

describe('both workers are killed before each step, and the journey completes with each message once', () => {
  const stage = new Stage({ headless: true });
  afterAll(() => stage.close());
  const started = inOrder(stage);
  const reached = inOrder(stage, killBoth);

  test.each(prepareSteps.slice(0, BEFORE_WORKERS))('$name', async (step) => {
    await expect(started(step)).resolves.toBeUndefined();
  });

  test.each([...prepareSteps.slice(BEFORE_WORKERS), ...letterSteps])('killed, then: $name', async (step) => {
    await expect(reached(step)).resolves.toBeUndefined();
  });
});

/** The browser would wake them for their alarm within a minute; it is told not to wait. */
async function killBoth({ people }: Stage): Promise<void> {
  for (const { browser } of people) {
    await browser.killWorker();
    await browser.ringAlarms();
  }
}
