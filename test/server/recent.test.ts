import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRecent } from '../../src/server/recent.ts';

const SIZE = 4;
const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j');
const step = fc.oneof(
  fc.record({ act: fc.constant('set' as const), key }),
  fc.record({ act: fc.constant('get' as const), key }),
  fc.record({ act: fc.constant('delete' as const), key }),
  fc.record({ act: fc.constant('clear' as const), key }),
);

test('the last that were set or found are remembered, as they were set last; what was deleted is not', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const recent = createRecent<number>(SIZE);
      const used = new Map<string, number>(); // in the order of their last use
      for (const [value, { act, key: name }] of steps.entries()) {
        if (act === 'set') recent.set(name, value);
        if (act === 'delete') recent.delete(name);
        if (act === 'clear') recent.clear();
        const found = recent.get(name);
        const certain = [...used].slice(-SIZE);
        if (act === 'set') used.set(name, value);
        if (act === 'delete') used.delete(name);
        if (act === 'clear') used.clear();
        const mayBeForgotten = used.has(name) && !certain.some(([known]) => known === name) && act !== 'set';
        expect([used.get(name), ...(mayBeForgotten ? [undefined] : [])]).toContain(found);
        used.delete(name);
        if (found !== undefined) used.set(name, found);
      }
    }),
  );
});

test('it does not grow beyond twice its size', () => {
  const recent = createRecent<number>(SIZE);
  for (let index = 0; index < 100; index += 1) recent.set(String(index), index);
  const kept = Array.from({ length: 100 }, (_, index) => recent.get(String(index))).filter(
    (value) => value !== undefined,
  );
  expect(kept.length).toBeLessThanOrEqual(2 * SIZE);
  expect(recent.get('99')).toBe(99);
});
