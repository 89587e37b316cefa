import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Address } from '../src/protocol/ids.ts';
import { parsePointer } from '../src/protocol/pointer.ts';
import { parseSendBody } from '../src/protocol/server-api.ts';
import { digestOf } from '../src/server/stores/digest.ts';
import { openNatsStore, type NatsStore } from '../src/server/stores/nats.ts';
import { parseNatsUrl } from '../src/server/stores/nats/place.ts';
import type { StoredRecord } from '../src/server/stores/store.ts';
import type { Area, Sample, Unit } from './frame/area.ts';
import { pace } from './server/nats/load.ts';
import { usedBy, type NodeProcess, type Used } from './server/nats/nodes.ts';
import { sendBody } from './server/nats/requests.ts';
import { APP, bucketOf, recipientOf } from './server/people.ts';
import { startPinned } from './server/pinned.ts';

/** What inboxes and deliveries take of a cluster of three: disk and memory of one node, processor time of all. */
export const area: Area = {
  rounds: 3,
  async open() {
    const program = join(import.meta.dirname, '../test/server/nats/cluster-process.ts');
    const cluster = await startPinned(program, [], { core: 'any' });
    const nodes = cluster.said['nodes'] as readonly NodeProcess[];
    const store = await open(String(cluster.said['url']));
    const people = Array.from({ length: ROUNDS * INBOXES }, (_, index) => recipientOf(index));
    return {
      round: (index) => fill(store, people.slice(index * INBOXES, (index + 1) * INBOXES), nodes),
      async close() {
        await store.close();
        await cluster.stop();
      },
    };
  },
};

const ROUNDS = 3;
const INBOXES = 5000;
/** In each inbox. */
const DELIVERIES = 3;
const AT_ONCE = 64;
const DAY = 86_400;
/** As long as the URL of one is. */
const HUB = 'http://127.0.0.1:12345';

function open(url: string): Promise<NatsStore> {
  return openNatsStore({
    place: parseNatsUrl(`${url}/size`),
    limits: { stored: 1000, unknown: 1000, unknownPerSender: 1000 },
    random: { bytes: (length) => new Uint8Array(randomBytes(length)) },
    timer: {
      after(milliseconds, call) {
        const timeout = setTimeout(call, milliseconds);
        return () => clearTimeout(timeout);
      },
    },
  });
}

async function fill(
  store: NatsStore,
  people: readonly Address[],
  nodes: readonly NodeProcess[],
): Promise<Sample[]> {
  const now = Math.floor(Date.now() / 1000);
  const personOf = (n: number): Address => people[n % people.length] as Address;
  const before = spent(nodes);
  await pace(people.length, AT_ONCE, (n) => enrol(store, personOf(n), now));
  const between = spent(nodes);
  await pace(people.length * DELIVERIES, AT_ONCE, (n) =>
    deliver(store, personOf(n + 1), personOf(n), n, now),
  );
  const after = spent(nodes);
  return [
    ...samples('an inbox', before, between, people.length, {
      name: 'its record',
      value: JSON.stringify(recordOf(personOf(0), now)).length,
    }),
    ...samples('a delivery', between, after, people.length * DELIVERIES, {
      name: 'its pointer',
      value: 2308,
    }),
  ];
}

function enrol(store: NatsStore, address: Address, now: number): Promise<void> {
  return store.enrol(recordOf(address, now), now, now, 'open');
}

function recordOf(address: Address, now: number): StoredRecord {
  const bucket = bucketOf(HUB, address);
  return {
    address,
    bucket,
    app: APP,
    seq: now,
    exp: now + DAY,
    unknown: 'request',
    digest: digestOf(bucket),
  };
}

async function deliver(store: NatsStore, from: Address, to: Address, n: number, now: number): Promise<void> {
  const { id, pointer } = parseSendBody(sendBody(`${to} ${n}`));
  const bucket = bucketOf(HUB, from);
  const times = { receivedAt: now, expires: now + 30 * DAY };
  await store.accept({ to, from, bucket, id, pointer: parsePointer(pointer), ...times });
}

/** What the nodes have used, and this process of processor time in seconds. */
function spent(nodes: readonly NodeProcess[]): Used & { readonly own: number } {
  const { user, system } = process.cpuUsage();
  return { ...usedBy(nodes), own: (user + system) / 1e6 };
}

function samples(
  what: string,
  before: ReturnType<typeof spent>,
  after: ReturnType<typeof spent>,
  count: number,
  itself: Sample['against'],
): Sample[] {
  const each = (name: string, unit: Unit, value: number, against: Sample['against']): Sample => ({
    name: `nats-size: ${name}, ${what}`,
    unit,
    value: value / count,
    against,
  });
  const own = { name: 'the store’s own', value: ((after.own - before.own) / count) * 1e6 };
  return [
    each('disk', 'bytes', after.disk - before.disk, itself),
    each('memory', 'bytes', after.memory - before.memory, itself),
    each('CPU of all nodes', 'µs', (after.cpu - before.cpu) * 1e6, own),
  ];
}
