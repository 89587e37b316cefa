import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';

/** A real NATS cluster on loopback: three nodes, or one, each a process with a folder of its own. */
export interface Cluster {
  /** For `--store`; a path makes a store of its own in the same cluster. */
  readonly url: string;
  readonly nodes: readonly Node[];
  /** kill -9. */
  kill(node: Node): Promise<void>;
  /** SIGSTOP: it holds its connections and answers nothing. */
  pause(node: Node): void;
  /** Starts a killed node again on its old folder and ports, or lets a paused one go on. */
  restart(node: Node): void;
  /** Settles once every node is healthy, and current in the group that decides where streams live. */
  ready(): Promise<void>;
  /** The node that leads the group of this stream. */
  leaderOf(stream: string): Promise<Node>;
  /** Ends all of it and removes the folders. */
  stop(): Promise<void>;
}

export interface Node {
  readonly name: string;
  readonly url: string;
  /** Where its monitoring answers. */
  readonly monitor: string;
  /** Where it keeps what it stores. */
  readonly folder: string;
  /** Of its process; undefined where it is dead. */
  readonly pid: () => number | undefined;
}

interface NodeState extends Node {
  readonly ports: Ports;
  child: ChildProcess | undefined;
  log: string;
}

interface Ports {
  readonly client: number;
  readonly cluster: number;
  readonly monitor: number;
}

const PATIENCE_MS = 60_000;
const POLL_MS = 50;

/** What else the nodes' configuration says. */
export interface Configuration {
  readonly node?: string;
  /** Within the `cluster` block. */
  readonly routes?: string;
}

/** @param size 1 or 3 nodes */
export async function startCluster(
  server: string,
  size: 1 | 3 = 3,
  more: Configuration = {},
): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'letterbox-nats-'));
  const ports = await freePorts(size);
  const nodes = ports.map((own, index) => createNode(folder, `node-${index + 1}`, own));
  const run = (node: NodeState): void => {
    node.child = runNode(server, node, configOf(node, ports, more));
  };
  const cluster: Cluster = {
    url: `nats://${ports.map(({ client }) => `127.0.0.1:${client}`).join(',')}`,
    nodes,
    kill: (node) => end(stateOf(nodes, node)),
    pause: (node) => void stateOf(nodes, node).child?.kill('SIGSTOP'),
    restart(node) {
      const state = stateOf(nodes, node);
      if (state.child === undefined) run(state);
      else state.child.kill('SIGCONT');
    },
    ready: () =>
      until(
        () => isReady(nodes),
        () => nodes.map(({ log }) => log.slice(-2000)).join('\n'),
      ),
    leaderOf: (stream) => leaderOf(nodes, stream),
    async stop() {
      await Promise.all(nodes.map(end));
      rmSync(folder, { recursive: true });
    },
  };
  for (const node of nodes) run(node);
  await cluster.ready();
  return cluster;
}

function createNode(root: string, name: string, ports: Ports): NodeState {
  const node: NodeState = {
    name,
    url: `nats://127.0.0.1:${ports.client}`,
    monitor: `http://127.0.0.1:${ports.monitor}`,
    folder: join(root, name),
    ports,
    child: undefined,
    log: '',
    pid: () => node.child?.pid,
  };
  return node;
}

function runNode(server: string, node: NodeState, configuration: string): ChildProcess {
  const file = `${node.folder}.conf`;
  writeFileSync(file, configuration);
  const child = spawn(server, ['--config', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr.on('data', (text: Buffer) => (node.log += text.toString()));
  child.once('close', () => {
    if (node.child === child) node.child = undefined;
  });
  return child;
}

/** As docs/operating.md has it, on loopback. */
function configOf({ name, folder, ports }: NodeState, all: readonly Ports[], more: Configuration): string {
  const routes = all.map(({ cluster }) => `nats://127.0.0.1:${cluster}`).join(', ');
  const group = `cluster { name: letterbox, listen: 127.0.0.1:${ports.cluster}, routes: [${routes}]
    ${more.routes ?? ''}
  }`;
  return `
    server_name: ${name}
    listen: 127.0.0.1:${ports.client}
    http: 127.0.0.1:${ports.monitor}
    jetstream { store_dir: "${folder}", max_mem: 256M, max_file: 8G, sync_interval: always }
    ${all.length > 1 ? group : ''}
    ${more.node ?? ''}
  `;
}

async function end(node: NodeState): Promise<void> {
  const { child } = node;
  if (child === undefined) return;
  const closed = new Promise((resolve) => {
    child.once('close', resolve);
  });
  child.kill('SIGKILL');
  await closed;
}

function stateOf(nodes: readonly NodeState[], node: Node): NodeState {
  const found = nodes.find(({ name }) => name === node.name);
  if (found === undefined) throw new Error(`${node.name} is no node of this cluster`);
  return found;
}

async function isReady(nodes: readonly NodeState[]): Promise<boolean> {
  const healths = await Promise.all(nodes.map((node) => ask(node, 'healthz')));
  if (healths.some((health) => Reflect.get(health, 'status') !== 'ok')) return false;
  if (nodes.length === 1) return true;
  const states = await Promise.all(nodes.map((node) => ask(node, 'jsz')));
  const groups = states.map((state) => Reflect.get(state, 'meta_cluster') as MetaGroup | undefined);
  return groups.some(
    (group) => group?.replicas?.length === nodes.length - 1 && group.replicas.every(({ current }) => current),
  );
}

interface MetaGroup {
  /** Told by the leader only. */
  readonly replicas?: readonly { readonly current: boolean }[];
}

async function leaderOf(nodes: readonly NodeState[], stream: string): Promise<Node> {
  let found: Node | undefined;
  await until(
    async () => {
      for (const node of nodes) {
        const state = await ask(node, 'jsz?streams=1&accounts=1');
        const leader = leaderIn(state, stream);
        found = nodes.find(({ name }) => name === leader) ?? found;
      }
      return found !== undefined;
    },
    () => `${stream} has no leader`,
  );
  return found as Node;
}

function leaderIn(state: object, stream: string): string | undefined {
  const accounts = (Reflect.get(state, 'account_details') ?? []) as readonly {
    readonly stream_detail?: readonly { readonly name: string; readonly cluster?: { leader?: string } }[];
  }[];
  return accounts.flatMap((account) => account.stream_detail ?? []).find(({ name }) => name === stream)
    ?.cluster?.leader;
}

/** What a node's monitoring says; nothing where it does not answer. */
async function ask({ monitor }: Node, path: string): Promise<object> {
  try {
    const response = await fetch(`${monitor}/${path}`, {
      signal: AbortSignal.timeout(1000),
    });
    return (await response.json()) as object;
  } catch (error) {
    return { status: String(error) }; // not there yet, or no more
  }
}

async function until(holds: () => Promise<boolean>, why: () => string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`the cluster does not get there: ${why()}`);
    await pause(POLL_MS);
  }
}

/** All are taken at once, so that none is given twice. */
async function freePorts(size: number): Promise<Ports[]> {
  const servers = await Promise.all(
    Array.from({ length: size * 3 }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => promisify(server.close.bind(server))()));
  return Array.from({ length: size }, (_, index) => {
    const [client = 0, cluster = 0, monitor = 0] = ports.slice(index * 3);
    return { client, cluster, monitor };
  });
}
