import type { Clock } from '../protocol/ports.ts';

export interface CacheOptions {
  readonly clock: Clock;
  /** Seconds that a result is kept, and a failure. */
  readonly good: number;
  readonly bad: number;
  /** How many entries are kept: the oldest go first. */
  readonly size: number;
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
}

export function createCache<Value>({ clock, good, bad, size, keep }: CacheOptions): Cache<Value> {
  const entries = new Map<string, Entry<Value>>();

  function isFresh({ loaded, failed }: Entry<Value>, maxAge: number): boolean {
    if (loaded === undefined) return true;
    const age = clock.now() - loaded; // below 0 where the clock was set back: nothing is known of it then
    return age >= 0 && age < (failed ? bad : Math.min(good, maxAge)) * 1000;
  }

  async function settle(key: string, entry: Entry<Value>): Promise<void> {
    try {
      await entry.value;
    } catch (error) {
      entry.failed = true;
      if (!keep(error) && entries.get(key) === entry) entries.delete(key);
    }
    entry.loaded = clock.now();
  }

  function start(key: string, load: () => Promise<Value>): Entry<Value> {
    const entry: Entry<Value> = { value: load(), loaded: undefined, failed: false };
    entries.delete(key); // so that the order of the keys is that of their age
    entries.set(key, entry);
    if (entries.size > size) entries.delete(oldestOf(entries, key));
    void settle(key, entry);
    return entry;
  }

  return (key, maxAge, load) => {
    const known = entries.get(key);
    return (known !== undefined && isFresh(known, maxAge) ? known : start(key, load)).value;
  };
}

function oldestOf(entries: ReadonlyMap<string, unknown>, otherwise: string): string {
  for (const key of entries.keys()) return key;
  return otherwise;
}
