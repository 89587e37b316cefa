import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Measurement, Sample } from '../frame/area.ts';
import { inTurn } from '../frame/timing.ts';
import { createBare, PAGE, type Bare } from './nats/bare.ts';
import { createClient, pace } from './nats/load.ts';
import { requestOf, sendBody, type Places, type Request } from './nats/requests.ts';
import { senderOf, type Person } from './people.ts';
import { startPinned, type Pinned } from './pinned.ts';
import { serveRecords, type Records } from './records.ts';
import { UNLIMITED } from './unlimited.ts';

const ROOT = join(import.meta.dirname, '../..');
const RECIPIENTS = 200;
const AT_ONCE = 64;
const SENDS = 1500;
const READS = 3000;
const PROCESSES = [1, 3];
const PEER = 'bare NATS client';
const PEOPLE = Array.from({ length: RECIPIENTS }, (_, index) => senderOf(index));
/** Nodes, servers and clients share what cores there are. */
const ANYWHERE = { core: 'any' } as const;

/**
 * The store on NATS: three nodes, and one and three server processes in front of them, all on this machine, beside a
 * client that asks the same of the cluster and is no server. Rows `nats-1: …` and `nats-3: …`.
 */
export async function openNats(): Promise<Measurement> {
  const data = mkdtempSync(join(tmpdir(), 'letterbox-bench-nats-'));
  const cluster = await startPinned(join(ROOT, 'test/server/nats/cluster-process.ts'), [], ANYWHERE);
  const url = String(cluster.said['url']);
  const servers = await startServers(`${url}/bench`, data);
  const records = await serveRecords();
  const bare = await createBare(url.slice('nats://'.length).split(','));
  const urls = servers.map(({ said }) => String(said['url']));
  const bench: Bench = { servers: urls, records, bare, places: { origin: urls[0] ?? '', hub: records.url } };
  await settle(bench);
  return {
    async round(index) {
      const samples: Sample[] = [];
      for (const processes of PROCESSES) samples.push(...(await roundOf(bench, processes, index)));
      return samples;
    },
    async close() {
      records.stop();
      await bare.close();
      await Promise.all(servers.map((server) => server.stop()));
      await cluster.stop();
      rmSync(data, { recursive: true });
    },
  };
}

interface Bench {
  /** Their URLs; all stand for the first. */
  readonly servers: readonly string[];
  readonly places: Places;
  readonly records: Records;
  readonly bare: Bare;
}

async function startServers(store: string, data: string): Promise<Pinned[]> {
  const main = join(ROOT, 'src/server/main.ts');
  const args = ['--store', store, '--data', data, '--port', '0', '--allow-loopback', ...UNLIMITED];
  const log = openSync(join(data, 'log'), 'a');
  const run = (...more: string[]): Promise<Pinned> =>
    startPinned(main, [...args, ...more], { ...ANYWHERE, log });
  const first = await run();
  const origin = ['--origin', String(first.said['url'])];
  return [first, await run(...origin), await run(...origin)];
}

/** Everybody has an inbox, and is known to each server as a sender and to the store as confirmed. */
async function settle({ servers, places, records }: Bench): Promise<void> {
  const { origin } = places;
  const client = createClient(AT_ONCE);
  await pace(PEOPLE.length, 16, async (n) => {
    const person = PEOPLE[n] as Person;
    const enrol = requestOf(places, 'enrol', person, person, records.publish(person, origin));
    await client.send(origin, enrol, 204);
  });
  for (const [index, server] of servers.entries()) {
    const sends = sendsOf(places, PEOPLE.length, `settle ${index}`);
    await pace(sends.length, 2, (n) => client.send(server, sends[n] as Request, 201));
  }
  client.close();
}

/** Each from somebody to the next. */
function sendsOf(places: Places, count: number, seed: string): Request[] {
  return Array.from({ length: count }, (_, n) => {
    const from = PEOPLE[n % PEOPLE.length] as Person;
    const to = PEOPLE[(n + 1) % PEOPLE.length] as Person;
    return requestOf(places, 'send', from, to, sendBody(`${seed} ${n}`));
  });
}

/** Each the same for everybody's own inbox. */
function ownOf(places: Places, end: string): Request[] {
  return PEOPLE.map((person) => {
    const { path, ...rest } = requestOf(places, 'read', person, person);
    return { ...rest, path: path.replace('/messages', end) };
  });
}

async function roundOf(
  { servers, places, bare }: Bench,
  processes: number,
  index: number,
): Promise<Sample[]> {
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
      client.send(servers[n % processes] ?? places.origin, requests[n % requests.length] as Request, status);
    const [value, bareValue] = await inTurn(
      index,
      () => pace(count, AT_ONCE, send),
      () => pace(count, AT_ONCE, peer),
    );
    client.close();
    const against = { name: PEER, value: bareValue };
    return { name: `nats-${processes}: ${name}`, value, unit: 'per second', against };
  };
  const sends = sendsOf(places, SENDS, seed);
  return [
    await beside('sends', SENDS, sends, 201, (n) => bare.send(`${seed}-${n}`)),
    await beside('empty polls', READS, ownOf(places, '/count'), 200, bare.poll),
    await beside('reads', READS, ownOf(places, `/messages?limit=${PAGE}`), 200, bare.read),
  ];
}
