import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeProfileZoneFile, signProfileToken, wrapProfileToken } from '@stacks/profile';
import { getAddressFromPublicKey } from '@stacks/transactions';
import { startHub, type Hub } from '../../src/devnet/hub.ts';
import { startRegistry, type Registry } from '../../src/devnet/registry.ts';
import { openBucket } from '../../src/gaia/bucket.ts';
import type { Registries } from '../../src/gaia/registry.ts';
import { utf8 } from '../../src/protocol/bytes.ts';
import {
  addressOf,
  allowLoopback,
  parseBucket,
  parseName,
  parseOrigin,
  parsePrivateKey,
  parseServerOrigin,
  publicKeyOf,
  type Address,
  type Bucket,
  type Name,
  type Origin,
  type PrivateKey,
} from '../../src/protocol/ids.ts';
import type { Clock, Fetch, Random } from '../../src/protocol/ports.ts';
import { OPEN, type Admissions } from '../../src/server/admission.ts';
import { STORE_LIMITS } from '../../src/server/context.ts';
import { createGuardedFetch } from '../../src/server/guarded-fetch.ts';
import { listen } from '../../src/server/listen.ts';
import { createLookup } from '../../src/server/lookup.ts';
import { createServer } from '../../src/server/server.ts';
import { verifyNatively } from '../../src/server/signature.ts';
import { openSqliteStore } from '../../src/server/stores/sqlite.ts';

export const APP = parseOrigin('https://someawesome.app');
export const OTHER_APP = parseOrigin('https://other.app');
/** 2026-11-22, in milliseconds. */
export const START = 1_795_300_000_000;

export const nodeFetch: Fetch = (url, init) => fetch(url, init as RequestInit);
export const random: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) };
export const LOOPBACK = { [allowLoopback]: true } as const;

/** Everything that agents meet outside: a hub, a registry and message servers on loopback, and one time for all. */
export interface World {
  readonly clock: Clock;
  /** Milliseconds. */
  pass(time: number): void;
  readonly hub: Hub;
  readonly registry: Registry;
  /** The first message server. */
  readonly server: TestServer;
  /** @param admissions open to everybody where absent */
  startServer(admissions?: Admissions): Promise<TestServer>;
  stop(): Promise<void>;
}

export interface TestServer {
  readonly url: Origin;
  /** Its database, where it is not gone with the process. */
  stop(): Promise<void>;
}

/** A user of one app, as their session in it says. */
export interface Person {
  readonly app: Origin;
  readonly key: PrivateKey;
  readonly address: Address;
  readonly bucket: Bucket;
  readonly name?: Name;
  /** As `loadUserData()` gives it. */
  readonly session: { readonly [member: string]: unknown };
}

/** @param knowsBtc whether its message servers look `.btc` names up */
export async function startWorld({ knowsBtc = true } = {}): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'letterbox-agent-'));
  let now = START;
  const clock = { now: () => now };
  const hub = await startHub({ dataDir: join(directory, 'hub'), now: clock.now });
  const registry = await startRegistry();
  const registries = { bns: [registry.origin], bnsv2: knowsBtc ? [registry.origin] : [] };
  const servers: TestServer[] = [];
  const startServer = async (admissions = OPEN): Promise<TestServer> => {
    const server = await startTestServer(clock, registries, admissions);
    servers.push(server);
    return server;
  };
  return {
    clock,
    pass(time) {
      now += time;
    },
    hub,
    registry,
    server: await startServer(),
    startServer,
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
      await Promise.all([hub.stop(), registry.stop()]);
      await rm(directory, { recursive: true });
    },
  };
}

async function startTestServer(
  clock: Clock,
  registries: Registries,
  admissions: Admissions,
): Promise<TestServer> {
  const store = openSqliteStore({ path: ':memory:', limits: STORE_LIMITS, random });
  const guarded = createGuardedFetch({ ...LOOPBACK, clock, limits: { atOnce: 64, perMinute: 1_000_000 } });
  const lookup = createLookup({
    ...LOOPBACK,
    fetch: guarded,
    clock,
    verify: verifyNatively,
    registries,
  });
  const failures: unknown[] = [];
  const listening = await listen({ host: '127.0.0.1', port: 0 }, (url) =>
    createServer({
      ...LOOPBACK,
      origin: parseServerOrigin(url, 'url', LOOPBACK),
      store,
      lookup,
      clock,
      timer: { after: () => () => undefined },
      log: { answered: () => undefined, failed: (error) => void failures.push(error) },
      verify: verifyNatively,
      limits: STORE_LIMITS,
      admissions,
    }),
  );
  let stopped = false;
  return {
    url: parseServerOrigin(listening.url, 'url', LOOPBACK),
    async stop() {
      if (stopped) return;
      stopped = true;
      await listening.stop();
      await store.close();
      if (failures.length > 0) throw new AggregateError(failures, 'the server failed');
    },
  };
}

/**
 * A person with a fresh key for the app; with a label also with a name, registered, whose profile names the bucket. A
 * label with a dot in it is the whole name.
 */
export async function createPerson(world: World, label?: string, app = APP): Promise<Person> {
  const key = freshKey();
  const address = addressOf(publicKeyOf(key));
  const bucket = parseBucket(`${world.hub.readPrefix}${address}/`, 'bucket', LOOPBACK);
  const session = { appPrivateKey: key, hubUrl: world.hub.origin, gaiaHubConfig: { address } };
  if (label === undefined) return { app, key, address, bucket, session: { ...session, username: '' } };
  const name = parseName(label.includes('.') ? label : `${label}.id.blockstack`);
  await registerName(world, name, { [app]: bucket });
  return { app, key, address, bucket, name, session: { ...session, username: name } };
}

/** Registers a name, or gives it a new owner, with a profile of these apps. */
export async function registerName(world: World, name: Name, apps: { [app: string]: string }): Promise<void> {
  const owner = freshKey();
  const { hub, clock } = world;
  const identity = await openBucket({
    ...LOOPBACK,
    fetch: nodeFetch,
    clock,
    random,
    hubUrl: hub.origin,
    privateKey: owner,
  });
  const profile = JSON.stringify([wrapProfileToken(signProfileToken({ '@type': 'Person', apps }, owner))]);
  await identity.put('profile.json', utf8(profile), { contentType: 'application/json' });
  const url = `${identity.bucket}profile.json`;
  const zonefile = name.endsWith('.btc') ? JSON.stringify({ url }) : makeProfileZoneFile(name, url);
  world.registry.register({
    name,
    address: getAddressFromPublicKey(publicKeyOf(owner), 'mainnet'),
    zonefile,
  });
}

/** One registry for the names of both kinds, as the one of the devnet is. */
export const registriesAt = (url: string): Registries => ({ bns: [url], bnsv2: [url] });

let labels = 0;
/** A label that no earlier test used. */
export function freshLabel(stem: string): string {
  labels += 1;
  return `${stem}${String(labels)}`;
}

function freshKey(): PrivateKey {
  return parsePrivateKey(randomBytes(32).toString('hex'));
}
