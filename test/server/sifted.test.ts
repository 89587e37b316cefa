import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSifted } from '../../src/server/sifted.ts';

const [SIZE, PASSING] = [4, 2];
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const step = fc.record({
  act: fc.constantFrom('set', 'set', 'get', 'delete', 'clear'),
  key: fc.constantFrom(...KEYS),
});

test('what is found is what was set last, once, and never more than fits', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const sifted = createSifted<number>(SIZE, PASSING);
      const all = new Map<string, number>();
      for (const [value, { act, key }] of steps.entries()) {
        if (act === 'set') {
          sifted.set(key, value);
          all.set(key, value);
        }
        if (act === 'delete') {
          sifted.delete(key);
          all.delete(key);
        }
        if (act === 'clear') {
          sifted.clear();
          all.clear();
        }
        expect([all.get(key), undefined]).toContain(sifted.get(key));
      }
      const kept = KEYS.map(sifted.get).filter((value) => value !== undefined);
      expect(new Set(sifted.values())).toEqual(new Set(kept));
      expect(kept.length).toBeLessThanOrEqual(SIZE + PASSING);
    }),
  );
});

test('what comes once stays while a few others come, and no longer', () => {
  const sifted = createSifted<string>(100, 2);
  for (const key of ['a', 'b']) sifted.set(key, key);
  expect(['a', 'b'].map(sifted.get)).toEqual(['a', 'b']);
  for (const key of ['c', 'd']) sifted.set(key, key);
  expect(KEYS.map(sifted.get).filter((value) => value !== undefined)).toEqual(['c', 'd']);
});

test('what comes again stays, however much comes once', () => {
  const sifted = createSifted<string>(1, 2);
  sifted.set('regular', 'one');
  for (let index = 0; index < 10; index += 1) sifted.set(`guest ${index}`, '');
  expect(sifted.get('regular')).toBeUndefined();
  sifted.set('regular', 'two');
  for (let index = 0; index < 1000; index += 1) sifted.set(`another ${index}`, '');
  expect(sifted.get('regular')).toBe('two');
});
