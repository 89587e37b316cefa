import type { Address } from '../protocol/ids.ts';
import { openBucket, type BucketClient } from '../gaia/bucket.ts';
import type { OpenInbox } from './open-inbox.ts';
import type { Ports } from './ports.ts';

/** The inboxes' own buckets, opened once in a run: a hub is asked for its terms only once. */
export interface Buckets {
  of(inbox: OpenInbox): Promise<BucketClient>;
  /** The key is gone: nothing that holds it stays. */
  forget(inbox: Address): void;
  /** Likewise of all keys. */
  forgetAll(): void;
}

export function createBuckets(ports: Pick<Ports, 'clock' | 'random'>): Buckets {
  const opened = new Map<Address, { hub: string; client: BucketClient }>();
  return {
    async of({ row, key, web }) {
      const known = opened.get(row.address);
      if (known?.hub === row.hub) return known.client;
      const association =
        row.associationToken === undefined ? {} : { associationToken: row.associationToken };
      const { clock, random } = ports;
      const client = await openBucket({
        ...web,
        ...association,
        hubUrl: row.hub,
        privateKey: key,
        clock,
        random,
      });
      opened.set(row.address, { hub: row.hub, client });
      return client;
    },
    forget: (inbox) => void opened.delete(inbox),
    forgetAll: () => opened.clear(),
  };
}
