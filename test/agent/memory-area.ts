import type { SessionArea } from '../../extension/platform/vault-look.ts';

/** `storage.session` as the browsers have it: copies go in, copies come out, one call is all or nothing. */
export interface MemoryArea extends SessionArea {
  readonly items: Map<string, unknown>;
}

export function createMemoryArea(): MemoryArea {
  const items = new Map<string, unknown>();
  return {
    items,
    async get(names) {
      const wanted = names === null ? [...items.keys()] : [names].flat();
      const found = wanted.filter((name) => items.has(name));
      return Object.fromEntries(found.map((name) => [name, structuredClone(items.get(name))]));
    },
    async set(more) {
      for (const [name, value] of Object.entries(more)) items.set(name, structuredClone(value));
    },
    async remove(names) {
      for (const name of [names].flat()) items.delete(name);
    },
  };
}
