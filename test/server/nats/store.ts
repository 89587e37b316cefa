import { randomBytes } from 'node:crypto';
import { afterEach, inject } from 'vitest';
import { openNatsStore, type NatsOptions, type NatsStore } from '../../../src/server/stores/nats.ts';
import { parseNatsUrl } from '../../../src/server/stores/nats/place.ts';
import { CONTRACT_LIMITS } from '../../contracts/store/fixtures.ts';
import { random } from '../harness.ts';

/** False where there is no nats-server to test with: under CI that is a failure. */
export const isThere = inject('cluster') !== undefined;

const stores = new Set<NatsStore>();

export const timer = {
  after(milliseconds: number, call: () => void) {
    const timeout = setTimeout(call, milliseconds);
    return () => clearTimeout(timeout);
  },
};

/** The URL of a store of its own in the cluster that all tests share. */
export function newStoreUrl(): string {
  return `${inject('cluster')}/t${randomBytes(6).toString('hex')}`;
}

/** As another server process would; closed after the test. */
export async function openStore(url: string, options: Partial<NatsOptions> = {}): Promise<NatsStore> {
  const place = parseNatsUrl(url);
  const store = await openNatsStore({ place, limits: CONTRACT_LIMITS, random, timer, ...options });
  stores.add(store);
  return store;
}

afterEach(async () => {
  await Promise.all([...stores].map((store) => store.close()));
  stores.clear();
});
