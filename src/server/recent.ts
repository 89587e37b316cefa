/** Remembers what was used last, by name. */
export interface Recent<Value> {
  readonly get: (key: string) => Value | undefined;
  readonly set: (key: string, value: Value) => void;
  readonly delete: (key: string) => void;
  readonly clear: () => void;
  readonly values: () => Iterable<Value>;
}

interface Entry<Value> {
  value: Value;
  /** Since it was last passed over. */
  used: boolean;
}

/**
 * The clock algorithm: using what is remembered only marks it. To make room, the oldest that is not marked goes; what is
 * marked before it is passed over, once.
 * @param size how many are remembered at most
 */
export function createRecent<Value>(size: number): Recent<Value> {
  const entries = new Map<string, Entry<Value>>(); // from the next to be looked at

  function makeRoom(): void {
    for (const [key, entry] of entries) {
      entries.delete(key);
      if (!entry.used) return;
      entry.used = false;
      entries.set(key, entry);
    }
  }

  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entry.used = true;
      return entry.value;
    },
    set(key, value) {
      const known = entries.get(key);
      if (known !== undefined) {
        known.value = value;
        return;
      }
      if (entries.size >= size) makeRoom();
      entries.set(key, { value, used: false });
    },
    delete: (key) => void entries.delete(key),
    clear: () => entries.clear(),
    *values() {
      for (const { value } of entries.values()) yield value;
    },
  };
}
