import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Sample } from '../../bench/frame/area.ts';
import { holds, measure, rowsOf } from '../../bench/frame/rows.ts';
import { median, quantile, spread } from '../../bench/frame/statistics.ts';
import { table } from '../../bench/frame/table.ts';
import { duel, inTurn } from '../../bench/frame/timing.ts';

function sample(value: number, peer: number, name = 'send'): Sample {
  return { name, value, unit: 'ms', against: { name: 'bare POST', value: peer } };
}

describe('statistics', () => {
  test.each([
    [[3], 3],
    [[4, 1], 2.5],
    [[9, 1, 5], 5],
    [[10, 2, 38, 23], 16.5],
  ])('the median of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  test('quantiles lie between neighbours in proportion', () => {
    expect([0, 0.25, 0.5, 0.75, 1].map((q) => quantile([1, 2, 3, 4], q))).toEqual([1, 1.75, 2.5, 3.25, 4]);
  });

  test('nothing has no median', () => {
    expect(() => median([])).toThrow(RangeError);
  });

  test('the spread is the middle half over the median', () => {
    expect(spread([1, 2, 3, 4])).toBeCloseTo(1.5 / 2.5);
    expect(spread([5, 5, 5])).toBe(0);
    expect(spread([0, 0])).toBe(0);
  });

  const figures = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1 });

  test('a median lies within its values, and no order changes it', () => {
    fc.assert(
      fc.property(figures, (values) => {
        expect(median(values)).toBeGreaterThanOrEqual(Math.min(...values));
        expect(median(values)).toBeLessThanOrEqual(Math.max(...values));
        expect(median(values.toReversed())).toBe(median(values));
      }),
    );
  });

  test('a spread does not depend on the unit', () => {
    fc.assert(
      fc.property(figures, (values) => {
        expect(spread(values.map((value) => value * 1000))).toBeCloseTo(spread(values), 6);
      }),
    );
  });
});

describe('rows', () => {
  test('are medians, and their ratio', () => {
    expect(rowsOf([sample(4, 1), sample(6, 2), sample(5, 3)])).toEqual([
      { name: 'send', value: 5, unit: 'ms', against: 'bare POST', ratio: 2.5, runs: 3, spread: 0.5 },
    ]);
  });

  test('keep the order in which names appear', () => {
    expect(
      rowsOf([sample(1, 1, 'b'), sample(1, 1, 'a'), sample(1, 1, 'b')]).map((row) => [row.name, row.runs]),
    ).toEqual([
      ['b', 2],
      ['a', 1],
    ]);
  });

  test('refuse a figure whose peer changes', () => {
    expect(() => rowsOf([sample(1, 1), { ...sample(1, 1), unit: 'µs' }])).toThrow(RangeError);
  });
});

describe('measure', () => {
  function areaOf(round: (index: number) => Promise<Sample[]>) {
    const calls: string[] = [];
    const area = {
      rounds: 3,
      warmUps: 2,
      async open() {
        calls.push('open');
        return {
          async round(index: number) {
            calls.push(`round ${index}`);
            return round(index);
          },
          async close() {
            calls.push('close');
          },
        };
      },
    };
    return { area, calls };
  }

  test('leaves out the warm-ups', async () => {
    const { area, calls } = areaOf(async (index) => [sample(index, 1)]);
    expect(await measure(area)).toMatchObject([{ value: 3, runs: 3 }]);
    expect(calls).toEqual(['open', 'round 0', 'round 1', 'round 2', 'round 3', 'round 4', 'close']);
  });

  test('closes what failed, and says so', async () => {
    const { area, calls } = areaOf(async () => {
      throw new Error('no server');
    });
    await expect(measure(area)).rejects.toThrow('no server');
    expect(calls).toEqual(['open', 'round 0', 'close']);
  });
});

describe('duels', () => {
  test.each([
    [0, ['ours', 'peer']],
    [1, ['peer', 'ours']],
  ])('in round %d the order is %j', async (round, order) => {
    const calls: string[] = [];
    const note = (name: string) => async () => calls.push(name);
    await inTurn(round, note('ours'), note('peer'));
    expect(calls).toEqual(order);
  });

  test('both sides run as often as asked', async () => {
    let [ours, peers] = [0, 0];
    const peer = { name: 'peer', run: () => (peers += 1) };
    const result = await duel(0, { name: 'a', ours: async () => (ours += 1), peer, times: 7 });
    expect([ours, peers]).toEqual([7, 7]);
    expect(result).toMatchObject({ name: 'a', unit: 'µs', against: { name: 'peer' } });
    expect(result.value).toBeGreaterThan(0);
  });
});

test('the table shows the figure and its peer side by side', () => {
  const text = table([
    { name: 'send', value: 5, unit: 'ms', against: 'limit', ratio: 0.5, runs: 3, spread: 0.04 },
  ]);
  expect(text.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['', 'value', 'unit', 'against', 'peer', 'ratio', 'spread', 'runs', 'wanted'],
    ['send', '5', 'ms', 'limit', '10', '0.5×', '±4 %', '3'],
  ]);
});

describe('what a row has to be', () => {
  const row = { name: 'a', value: 1, unit: 'ms', against: 'b', ratio: 0.7, runs: 3, spread: 0 } as const;

  test.each([
    [{ atLeast: 0.7 }, true, 'holds'],
    [{ atLeast: 0.71 }, false, 'MISSED'],
    [{ atMost: 0.7 }, true, 'holds'],
    [{ atMost: 0.69 }, false, 'MISSED'],
  ])('%j: %s', (wanted, expected, verdict) => {
    expect(holds({ ...row, wanted })).toBe(expected);
    expect(table([{ ...row, wanted }])).toContain(verdict);
  });

  test('is nothing where nothing is wanted', () => {
    expect(holds(row)).toBe(true);
    expect(table([row])).not.toMatch(/holds|MISSED/);
  });
});
