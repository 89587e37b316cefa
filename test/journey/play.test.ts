import { describe, expect, test } from 'vitest';
import { play, StepFailed } from '../../scripts/journey/play.ts';
import { until } from '../../scripts/journey/wait.ts';

const step = (name: string, run = async (trail: string[]) => void trail.push(name)) => ({ name, run });

describe('playing steps', () => {
  test('goes through all in order, with what is around them', async () => {
    const trail: string[] = [];
    const results = await play([step('one'), step('two')], trail, {
      before: async ({ name }) => void trail.push(`before ${name}`),
      after: async (_, { name, ok }) => void trail.push(`after ${name} ${String(ok)}`),
    });
    expect(trail).toEqual(['before one', 'one', 'after one true', 'before two', 'two', 'after two true']);
    expect(results).toEqual(['one', 'two'].map((name) => ({ name, ok: true, ms: expect.any(Number) })));
  });

  test('stops at the one that fails, names it, and keeps why', async () => {
    const cause = new Error('no ferry');
    const trail: string[] = [];
    const steps = [step('one'), step('two', () => Promise.reject(cause)), step('three')];
    const failed = await play(steps, trail).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(StepFailed);
    expect(failed).toMatchObject({ step: 'two', cause, results: [{ ok: true }, { name: 'two', ok: false }] });
    expect(trail).toEqual(['one']);
  });
});

describe('waiting for a condition', () => {
  test('returns the first answer that is one', async () => {
    const answers = [undefined, false, 0, 1] as const;
    let asked = 0;
    expect(await until('a number', () => answers[asked++])).toBe(0);
  });

  test('says what it waited for in vain, and the last error', async () => {
    const cause = new Error('not there');
    await expect(until('a ferry', () => Promise.reject(cause), 30)).rejects.toMatchObject({
      message: 'waited 30 ms in vain: a ferry',
      cause,
    });
  });
});
