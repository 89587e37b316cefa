import { expect } from 'vitest';
import type { Digest } from '../../../src/protocol/bytes.ts';
import type { LetterboxError } from '../../../src/protocol/errors.ts';
import { stacksCipher } from '../../../src/protocol/envelope.ts';
import { publicKeyOf, type Address } from '../../../src/protocol/ids.ts';
import { parsePointer, type Pointer } from '../../../src/protocol/pointer.ts';
import type { DeliveryPage } from '../../../src/protocol/server-api.ts';
import { digestOf } from '../../../src/server/stores/digest.ts';
import type {
  NewDelivery,
  Store,
  Standing,
  StoredRecord,
  StoreLimits,
} from '../../../src/server/stores/store.ts';
import { createPerson, deliveryId, pointer, START, type Person } from '../../server/person.ts';

/** Small, so that they can be reached. */
export const CONTRACT_LIMITS: StoreLimits = { stored: 3, unknown: 4, unknownPerSender: 2 };

export const alice = createPerson('alice');
export const bob = createPerson('bob');
export const carol = createPerson('carol');
export const ALL = { limit: 200, unreadOnly: false };

export function storedRecord(person: Person, changes: Partial<StoredRecord> = {}): StoredRecord {
  const { address, app, bucket } = person;
  const seq = changes.seq ?? 10;
  const record = { address, app, bucket, seq, exp: START + 1000, unknown: 'request' as const };
  return { ...record, digest: digestOf(`token ${seq}`), ...changes };
}

export function newDelivery(
  from: Person,
  to: Person,
  seed: string,
  changes: Partial<NewDelivery> = {},
): NewDelivery {
  return {
    to: to.address,
    from: from.address,
    bucket: from.bucket,
    id: deliveryId(seed),
    pointer: pointer(seed),
    receivedAt: START,
    expires: START + 1000,
    ...changes,
  };
}

export async function sealedPointer(text: string): Promise<Pointer> {
  return parsePointer(await stacksCipher.seal(text.padEnd(1535), publicKeyOf(bob.key)));
}

/** How bob looks at alice. */
export async function standingOf(store: Store, owner: Person, sender: Person): Promise<Standing | undefined> {
  const recipient = await store.recipient(owner.address, sender.address);
  expect(recipient?.inbox).toEqual(await store.inbox(owner.address));
  return recipient?.standing;
}

export const codeOf = async (refused: Promise<unknown>): Promise<string> => {
  const error: unknown = await refused.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return (error as LetterboxError | undefined)?.code ?? 'none';
};

export const seeds = (page: DeliveryPage, among: readonly string[]): string[] =>
  page.items.map(({ id }) => among.find((seed) => deliveryId(seed) === id) ?? 'unknown');

/** Bob allows these. */
export const allow = (store: Store, seq: number, ...allowed: Address[]): Promise<void> =>
  store.setPolicy(bob.address, { seq, allowed, blocked: [] }, `digest ${seq}` as Digest);

export interface StoreTraits {
  /** Who erases what has expired: the sweep, at the time that it is given, or the store's engine, by its own clock. */
  readonly erases: 'sweep' | 'engine';
}

/** The store that a suite is about. */
export interface Subject extends StoreTraits {
  /** An empty one. */
  open(this: void): Promise<Store>;
  /** One in which Bob has an inbox. */
  withBob(this: void): Promise<Store>;
  /** What a sweep says that it erased. */
  swept(this: void, deliveries: number): number;
}

export function subjectOf({ erases }: StoreTraits, open: () => Promise<Store>): Subject {
  return {
    erases,
    open,
    swept: (deliveries) => (erases === 'sweep' ? deliveries : 0),
    async withBob() {
      const store = await open();
      await store.enrol(storedRecord(bob), START, START, 'open');
      return store;
    },
  };
}
