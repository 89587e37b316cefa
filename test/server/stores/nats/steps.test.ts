import { describe, expect, test } from 'vitest';
import { LetterboxError } from '../../../../src/protocol/errors.ts';
import { createSteps, type View } from '../../../../src/server/stores/nats/steps.ts';
import type { Outcome, Write } from '../../../../src/server/stores/nats/writing.ts';
import { codeOf } from '../../../contracts/store/fixtures.ts';
import { random } from '../../harness.ts';

const WRITE: Write = { subject: 'a', data: 'b' };
const UNKNOWN: Outcome = { kind: 'unknown', error: new Error('no answer') };
const BEATEN: Outcome = { kind: 'beaten' };
const REFUSED: Outcome = { kind: 'refused', error: new Error('no') };
const TAKEN: Outcome = { kind: 'taken', seq: 7 };

/** Steps whose commits end as listed, and whose waits take no time. */
function withOutcomes(...outcomes: Outcome[]) {
  const timer = {
    after(_milliseconds: number, call: () => void) {
      queueMicrotask(call);
      return () => undefined;
    },
  };
  return createSteps(() => Promise.resolve(outcomes.shift() ?? BEATEN), timer, random);
}

/** Notes how it was asked to look, and always wants to write. */
function noting(views: View[]) {
  return (view: View) => {
    views.push(view);
    return Promise.resolve({ writes: [WRITE], result: (seq: number) => seq });
  };
}

const NEAR = { source: 'any', uncertain: false };
const LEADER = { source: 'leader', uncertain: false };

describe('a step', () => {
  test('that is taken at once looks near only', async () => {
    const views: View[] = [];
    expect(await withOutcomes(TAKEN).take(noting(views))).toBe(7);
    expect(views).toEqual([NEAR]);
  });

  test('that is beaten decides again by what the leader has', async () => {
    const views: View[] = [];
    expect(await withOutcomes(BEATEN, BEATEN, TAKEN).take(noting(views))).toBe(7);
    expect(views).toEqual([NEAR, LEADER, LEADER]);
  });

  test('of which nobody knows how it ended says so from then on', async () => {
    const views: View[] = [];
    await withOutcomes(UNKNOWN, BEATEN, TAKEN).take(noting(views));
    expect(views.map(({ uncertain }) => uncertain)).toEqual([false, true, true]);
  });

  test('gives up where others are always faster, and where the engine does not take it', async () => {
    expect(await codeOf(withOutcomes().take(noting([])))).toBe('unavailable');
    expect(await codeOf(withOutcomes(REFUSED, REFUSED, REFUSED, TAKEN).take(noting([])))).toBe('unavailable');
    expect(await codeOf(withOutcomes(REFUSED, UNKNOWN, TAKEN).take(noting([])))).toBe('none');
  });

  test('a refusal, or that nothing is to be written, counts only by what the leader has', async () => {
    const refusing = (source: View['source']) => (view: View) =>
      view.source === source
        ? Promise.reject(new LetterboxError('quota', {}))
        : Promise.resolve({ writes: [WRITE], result: () => 'stored' });
    expect(await withOutcomes(TAKEN).take(refusing('any'))).toBe('stored');
    expect(await codeOf(withOutcomes(BEATEN).take(refusing('leader')))).toBe('quota');

    const nothing = (view: View) =>
      Promise.resolve({ writes: view.source === 'any' ? [] : [WRITE], result: () => view.source });
    expect(await withOutcomes(TAKEN).take(nothing)).toBe('leader');
  });
});

test('a read is tried again where nobody answers, and not where the answer is no', async () => {
  const steps = withOutcomes();
  const read = (code: 'unavailable' | 'not-enrolled', failures: number) => {
    let asked = 0;
    return {
      asked: () => asked,
      run: () => {
        asked += 1;
        return asked > failures ? Promise.resolve('read') : Promise.reject(new LetterboxError(code, {}));
      },
    };
  };
  expect(await steps.patiently(read('unavailable', 2).run)).toBe('read');
  expect(await codeOf(steps.patiently(read('unavailable', 3).run))).toBe('unavailable');
  const refused = read('not-enrolled', 1);
  expect(await codeOf(steps.patiently(refused.run))).toBe('not-enrolled');
  expect(refused.asked()).toBe(1);
});
