import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { deliveryId } from '../person.ts';
import { call, listAll, sendBody, settle, start } from '../process.ts';
import type { Running } from '../running.ts';
import { startCluster, type Cluster, type Configuration } from './cluster.ts';
import { natsServer } from './server.ts';

/** `letterbox-server` in front of a node of its own, configured as a test has it. */

const ONE = ['--store-replicas', '1'];
const clusters: Cluster[] = [];
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'letterbox-secured-'));
});

afterEach(async () => {
  await Promise.all(clusters.splice(0).map((cluster) => cluster.stop()));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** @returns where it listens, as `host:port` */
export async function startNode(node: string): Promise<string> {
  return placesOf(await startNodes(1, { node }));
}

/** Stopped after the test. */
export async function startNodes(size: 1 | 3, configuration: Configuration): Promise<Cluster> {
  const cluster = await startCluster(natsServer() as string, size, configuration);
  clusters.push(cluster);
  return cluster;
}

/** As `host:port`, or several of these, for `--store` after the scheme. */
export const placesOf = ({ url }: Cluster): string => url.slice('nats://'.length);

/** @returns the file's path */
export function write(name: string, contents: string): string {
  const file = join(folder, name);
  writeFileSync(file, contents);
  return file;
}

/** Enrols, sends and lists, by way of this store. One copy is kept unless the arguments say otherwise. */
export async function deliver(store: string, ...args: string[]): Promise<Running> {
  const server = await start(0, ...ONE, '--store', store, ...args);
  const { alice, bob } = await settle(server.url);
  expect((await call(server.url, alice, bob, 'send', '/messages', sendBody('one'))).status).toBe(201);
  expect(await listAll(server.url, bob)).toEqual([deliveryId('one')]);
  return server;
}

/** What the server says where it does not start with this store. */
export function refusal(store: string, ...args: string[]): Promise<string> {
  return start(0, ...ONE, '--store', store, ...args).then(() => 'nothing: it started', String);
}
