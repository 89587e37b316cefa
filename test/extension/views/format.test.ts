import { describe, expect, test } from 'vitest';
import {
  dayAndTime,
  dayOf,
  fullDate,
  inTime,
  shortDayOf,
  timeOfDay,
  whenWithin,
} from '../../../extension/ui/format.ts';

const NOW = 1_795_300_000;

describe.each([Number.MAX_SAFE_INTEGER, 8_640_000_000_001, -8_640_000_000_001, Infinity, NaN])(
  'the time %s',
  (at) => {
    test('is no date, and no error', () => {
      const texts = [dayOf, shortDayOf, dayAndTime, whenWithin].flatMap((format) => [format(at, NOW)]);
      expect(new Set([...texts, timeOfDay(at), fullDate(at)])).toEqual(new Set(['—']));
    });

    test('is no trouble as now either', () => {
      expect(dayAndTime(NOW, at)).toContain('2026');
    });
  },
);

test.each([Infinity, -Infinity, NaN])('a wait of %s is not told', (wait) => {
  expect(inTime(wait)).toBe('—');
});

test('the last second that there is, is a date', () => {
  expect(fullDate(8_640_000_000_000)).toContain('275760');
});
