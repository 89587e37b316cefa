/* oxlint-disable unicorn/prefer-code-point -- keys are ASCII, and code units are faster to get at */
import { createRecent, type Recent } from './recent.ts';
import { sumOf } from './sum-of-text.ts';

/**
 * Remembers what was used last, where most is used once and never again: that stays while `passing` others come, so that it
 * is gone before the collector of memory has to move it. Only what comes again is one of the `size`.
 */
export function createSifted<Value>(size: number, passing: number): Recent<Value> {
  const [guests, regulars] = [createRecent<Value>(passing), createRecent<Value>(size)];
  const cameBefore = createSightings();
  return {
    get: (key) => regulars.get(key) ?? guests.get(key),
    set(key, value) {
      const isRegular = regulars.get(key) !== undefined || (guests.get(key) === undefined && cameBefore(key));
      (isRegular ? regulars : guests).set(key, value);
    },
    delete(key) {
      guests.delete(key);
      regulars.delete(key);
    },
    clear() {
      guests.clear();
      regulars.clear();
    },
    *values() {
      yield* guests.values();
      yield* regulars.values();
    },
  };
}

const SIGHTINGS = 2 ** 16;

/** Says whether a key came before, and notes it: of the last tens of thousands, and once in a while wrongly. */
function createSightings(): (key: string) => boolean {
  const seen = new Uint32Array(SIGHTINGS);
  return (key) => {
    const sum = sumOf(key);
    const at = sum % SIGHTINGS;
    const isThere = seen[at] === sum;
    seen[at] = sum;
    return isThere;
  };
}
