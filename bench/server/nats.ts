import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Measurement, Sample } from '../frame/area.ts';
import { inTurn } from '../frame/timing.ts';
import { createBare, PAGE, type Bare } from './nats/bare.ts';
import { startChild, type Child } from './nats/child.ts';
import { createClient, pace } from './nats/load.ts';
import { createWorld, sendBody, type Request, type World } from './nats/world.ts';

const ROOT = join(import.meta.dirname, '../..');
const RECIPIENTS = 200;
const AT_ONCE = 64;
const SENDS = 1500;
const READS = 3000;
const PROCESSES = [1, 3];
const PEER = 'bare NATS client';

const UNLIMITED = [
  ['rate-per-sender', 'rate-per-inbox', 'rate-per-network', 'rate-enrolments', 'rate-lookups'].map((name) => [
    `--${name}`,
    '0',
  ]),
  ['lookups-per-minute', 'unknown-per-inbox', 'unknown-per-sender'].map((name) => [`--${name}`, '1000000']),
].flat(2);

/**
 * The store on NATS: three nodes, and one and three server processes in front of them, all on this machine, beside a
 * client that asks the same of the cluster and is no server. Rows `nats-1: …` and `nats-3: …`.
 */
export async function openNats(): Promise<Measurement> {
  const data = mkdtempSync(join(tmpdir(), 'letterbox-bench-nats-'));
  const cluster = await startChild(join(ROOT, 'test/server/nats/cluster-process.ts'));
  const url = String(cluster.said['url']);
  const servers = await startServers(`${url}/bench`, data);
  const world = await createWorld(RECIPIENTS);
  const bare = await createBare(url.slice('nats://'.length).split(','));
  const bench: Bench = { servers: servers.map(({ said }) => String(said['url'])), world, bare };
  await settle(bench);
  return {
    async round(index) {
      const samples: Sample[] = [];
      for (const processes of PROCESSES) samples.push(...(await roundOf(bench, processes, index)));
      return samples;
    },
    async close() {
      world.stop();
      await bare.close();
      await Promise.all(servers.map((server) => server.stop('SIGTERM')));
      await cluster.stop();
      rmSync(data, { recursive: true });
    },
  };
}

interface Bench {
  /** Their URLs; all stand for the first. */
  readonly servers: readonly string[];
  readonly world: World;
  readonly bare: Bare;
}

async function startServers(store: string, data: string): Promise<Child[]> {
  const main = join(ROOT, 'src/server/main.ts');
  const args = ['--store', store, '--data', data, '--port', '0', '--allow-loopback', ...UNLIMITED];
  const first = await startChild(main, ...args);
  const origin = ['--origin', String(first.said['url'])];
  return [first, await startChild(main, ...args, ...origin), await startChild(main, ...args, ...origin)];
}

/** Everybody has an inbox, and is known to each server as a sender and to the store as confirmed. */
async function settle({ servers, world }: Bench): Promise<void> {
  const [origin = ''] = servers;
  const client = createClient(AT_ONCE);
  const { people, request } = world;
  await pace(people.length, 16, async (n) => {
    const person = people[n] as (typeof people)[0];
    const enrol = request(person, person, origin, 'enrol', world.publish(person, origin));
    await client.send(origin, enrol, 204);
  });
  for (const [index, server] of servers.entries()) {
    const sends = sendsOf(world, origin, people.length, `settle ${index}`);
    await pace(sends.length, 2, (n) => client.send(server, sends[n] as Request, 201));
  }
  client.close();
}

/** Each from somebody to the next. */
function sendsOf({ people, request }: World, origin: string, count: number, seed: string): Request[] {
  return Array.from({ length: count }, (_, n) => {
    const from = people[n % people.length] as (typeof people)[0];
    const to = people[(n + 1) % people.length] as (typeof people)[0];
    return request(from, to, origin, 'send', sendBody(`${seed} ${n}`));
  });
}

/** Each the same for everybody's own inbox. */
function ownOf({ people, request }: World, origin: string, end: string): Request[] {
  return people.map((person) => {
    const { path, ...rest } = request(person, person, origin, 'read');
    return { ...rest, path: path.replace('/messages', end) };
  });
}

async function roundOf({ servers, world, bare }: Bench, processes: number, index: number): Promise<Sample[]> {
  const [origin = ''] = servers;
  const seed = `${processes}-${index}-${Date.now()}`;
  /** The requests again and again, over all the processes; each kind beside the bare client's. */
  const beside = async (
    name: string,
    count: number,
    requests: readonly Request[],
    status: number,
    peer: (n: number) => Promise<void>,
  ): Promise<Sample> => {
    const client = createClient(AT_ONCE);
    const send = (n: number): Promise<void> =>
      client.send(servers[n % processes] ?? origin, requests[n % requests.length] as Request, status);
    const [value, bareValue] = await inTurn(
      index,
      () => pace(count, AT_ONCE, send),
      () => pace(count, AT_ONCE, peer),
    );
    client.close();
    const against = { name: PEER, value: bareValue };
    return { name: `nats-${processes}: ${name}`, value, unit: 'per second', against };
  };
  const sends = sendsOf(world, origin, SENDS, seed);
  return [
    await beside('sends', SENDS, sends, 201, (n) => bare.send(`${seed}-${n}`)),
    await beside('empty polls', READS, ownOf(world, origin, '/count'), 200, bare.poll),
    await beside('reads', READS, ownOf(world, origin, `/messages?limit=${PAGE}`), 200, bare.read),
  ];
}
