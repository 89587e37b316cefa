import type { Options, Said } from './options.ts';
import type { NatsAccess } from './stores/nats/access.ts';
import { parseNatsUrl, type NatsPlace } from './stores/nats/place.ts';

/** A store on NATS, as it was asked for; without one the store is SQLite in the data folder. */
export interface NatsConfig extends NatsAccess {
  readonly place: NatsPlace;
  readonly replicas: number;
  /** Absent: as many as the store was made with. */
  readonly partitions?: number;
}

/** What says where the store is. */
export const STORE_PLACE = {
  store: {
    value: 'URL',
    help: 'NATS JetStream as nats://host,host,host/name, for many server processes; without it SQLite in --data',
  },
  'store-credentials': { value: 'FILE', help: 'for that: a .creds file' },
  'store-ca': {
    value: 'FILE',
    help: 'and for tls:// instead of nats://: the authority of the certificates of NATS, where Node does not know it',
  },
  'store-cert': { value: 'FILE', help: 'and a certificate of this server, for nodes that want one' },
  'store-key': { value: 'FILE', help: 'with its key' },
} satisfies Options;

export const STORE_OPTIONS = {
  ...STORE_PLACE,
  'store-replicas': {
    value: 'N',
    help: 'for a store that is yet to be made: copies of everything, on as many nodes',
    fallback: '3',
  },
  'store-partitions': {
    value: 'N',
    help: 'and streams that the inboxes are spread over, which only backup and restore can change; 1 unless it is said',
  },
} satisfies Options;

const MOST_REPLICAS = 5;
const MOST_PARTITIONS = 1024;

/** @throws Error that says which option cannot be read */
export function readNatsConfig(said: Said<keyof typeof STORE_OPTIONS>): NatsConfig | undefined {
  const place = readNatsPlace(said);
  if (place === undefined) return undefined;
  const replicas = said.wholeNumber('store-replicas', MOST_REPLICAS);
  if (replicas % 2 === 0) throw new Error('--store-replicas is 1, 3 or 5: an even number survives no more');
  if (said.text('store-partitions') === undefined) return { ...place, replicas };
  const partitions = said.wholeNumber('store-partitions', MOST_PARTITIONS);
  if (partitions === 0) throw new Error(`--store-partitions is not a number from 1 to ${MOST_PARTITIONS}`);
  return { ...place, replicas, partitions };
}

/** @throws Error that says what cannot be read */
export function readNatsPlace(
  said: Said<keyof typeof STORE_PLACE>,
): Pick<NatsConfig, 'place' | keyof NatsAccess> | undefined {
  const url = said.text('store');
  if (url === undefined) return undefined;
  const place = parseNatsUrl(url);
  const files = { ca: said.text('store-ca'), cert: said.text('store-cert'), key: said.text('store-key') };
  for (const [name, file] of Object.entries(files)) {
    if (file !== undefined && !place.tls)
      throw new Error(`--store-${name} is for an encrypted connection: say tls:// in --store`);
  }
  if ((files.cert === undefined) !== (files.key === undefined))
    throw new Error('--store-cert and --store-key belong together: say both');
  return { place, credentials: said.text('store-credentials'), ...files };
}
