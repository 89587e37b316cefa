import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRecent } from '../../src/server/recent.ts';

const SIZE = 4;
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const step = fc.record({
  act: fc.constantFrom('set', 'set', 'get', 'delete', 'clear'),
  key: fc.constantFrom(...KEYS),
});

test('what is found is what was set last, and never more than fits', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const recent = createRecent<number>(SIZE);
      const all = new Map<string, number>();
      for (const [value, { act, key }] of steps.entries()) {
        if (act === 'set') {
          recent.set(key, value);
          all.set(key, value);
        }
        if (act === 'delete') {
          recent.delete(key);
          all.delete(key);
        }
        if (act === 'clear') {
          recent.clear();
          all.clear();
        }
        const found = recent.get(key);
        expect([all.get(key), undefined]).toContain(found);
      }
      const kept = KEYS.filter((key) => recent.get(key) !== undefined);
      expect(kept.length).toBeLessThanOrEqual(SIZE);
      for (const key of kept) expect(recent.get(key)).toBe(all.get(key));
    }),
  );
});

test('what is used stays, however much comes and is used no more', () => {
  const recent = createRecent<number>(SIZE);
  for (const key of ['a', 'b']) recent.set(key, 1);
  for (let index = 0; index < 100; index += 1) {
    expect([recent.get('a'), recent.get('b')]).toEqual([1, 1]);
    recent.set(`passing ${index}`, index);
  }
});

test('where all is used, the oldest goes', () => {
  const recent = createRecent<string>(2);
  for (const key of ['a', 'b']) recent.set(key, key);
  expect([recent.get('a'), recent.get('b')]).toEqual(['a', 'b']);
  recent.set('c', 'c');
  expect(['a', 'b', 'c'].map(recent.get)).toEqual([undefined, 'b', 'c']);
});
