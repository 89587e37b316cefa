import type { Clock } from '../protocol/ports.ts';

export interface CacheOptions<Value> {
  readonly clock: Clock;
  /** Seconds that a result is kept, and a failure. */
  readonly good: number;
  readonly bad: number;
  /** How many entries are kept: the oldest go first. */
  readonly size: number;
  /** How much all results may weigh together: again the oldest go first. One weighs nothing where absent. */
  readonly weight?: { readonly most: number; readonly of: (value: Value) => number };
  /** Whether a failure is kept at all. */
  readonly keep: (error: unknown) => boolean;
}

/**
 * Remembers what `load` gave or threw for a key; those who ask while it loads share the one answer.
 * @param maxAge seconds; an older result is loaded anew
 */
export type Cache<Value> = (key: string, maxAge: number, load: () => Promise<Value>) => Promise<Value>;

interface Entry<Value> {
  readonly value: Promise<Value>;
  /** Unix milliseconds; undefined while it loads. */
  loaded: number | undefined;
  failed: boolean;
  weight: number;
}

export function createCache<Value>(options: CacheOptions<Value>): Cache<Value> {
  const { clock, good, bad, size, weight, keep } = options;
  const entries = new Map<string, Entry<Value>>(); // in the order of their age
  let total = 0;

  function drop(key: string): void {
    total -= entries.get(key)?.weight ?? 0;
    entries.delete(key);
  }

  function dropOldest(): void {
    for (const key of entries.keys()) {
      drop(key);
      return;
    }
  }

  function isFresh({ loaded, failed }: Entry<Value>, maxAge: number): boolean {
    if (loaded === undefined) return true;
    const age = clock.now() - loaded; // below 0 where the clock was set back: nothing is known of it then
    return age >= 0 && age < (failed ? bad : Math.min(good, maxAge)) * 1000;
  }

  async function settle(key: string, entry: Entry<Value>): Promise<void> {
    try {
      const value = await entry.value;
      if (weight !== undefined && entries.get(key) === entry) {
        entry.weight = weight.of(value);
        total += entry.weight;
        while (total > weight.most) dropOldest();
      }
    } catch (error) {
      entry.failed = true;
      if (!keep(error) && entries.get(key) === entry) drop(key);
    }
    entry.loaded = clock.now();
  }

  function start(key: string, load: () => Promise<Value>): Entry<Value> {
    const entry: Entry<Value> = { value: load(), loaded: undefined, failed: false, weight: 0 };
    drop(key);
    entries.set(key, entry);
    if (entries.size > size) dropOldest();
    void settle(key, entry);
    return entry;
  }

  return (key, maxAge, load) => {
    const known = entries.get(key);
    return (known !== undefined && isFresh(known, maxAge) ? known : start(key, load)).value;
  };
}
