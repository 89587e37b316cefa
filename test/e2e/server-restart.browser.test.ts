import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withEvidence } from '../../scripts/journey/evidence.ts';
import { play } from '../../scripts/journey/play.ts';
import { Stage } from '../../scripts/journey/stage.ts';
import { letterSteps } from '../../scripts/journey/steps.ts';
import { prepareSteps } from '../../scripts/journey/steps/prepare.ts';
import { inOrder } from './in-order.ts';
import { launchBrowser } from './launch.ts';

describe('the message server is killed (-9) and started again before each step, and nothing is lost', () => {
  const stage = new Stage({ headless: true, launch: launchBrowser });
  const ends = [() => stage.close()];
  beforeAll(async () => {
    await withEvidence(stage, () => play(prepareSteps, stage));
    ends.unshift(hurry(stage));
  });
  afterAll(async () => {
    for (const end of ends) await end();
  });
  const reached = inOrder(stage, ({ world }) => world.restartServer());

  test.each(letterSteps)('restarted, then: $name', async (step) => {
    await expect(reached(step)).resolves.toBeUndefined();
  });
});

const SECOND = 1000;

/**
 * Has both check all servers each second: after nine restarts a socket keeps its distance for longer than a test should
 * wait, and so may a poll. @returns what ends it
 */
function hurry({ people }: Stage): () => Promise<void> {
  const over = new AbortController();
  const ticking = (async () => {
    while (!over.signal.aborted) {
      for (const { browser } of people) await browser.checkAllNow();
      await sleep(SECOND);
    }
  })();
  return async () => {
    over.abort();
    await ticking;
  };
}
