import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connect } from '@nats-io/transport-node';
import { ask } from '../../../src/server/stores/nats/api.ts';
import { parseNatsUrl } from '../../../src/server/stores/nats/place.ts';
import type { Cluster, Node } from '../nats/cluster.ts';
import { MAIN, type Running } from '../running.ts';
import { jump, type MovableClock } from './clock.ts';
import { cutSockets } from './cut-sockets.ts';
import { sendAgain } from './load.ts';
import type { SmallDisk } from './small-disk.ts';
import type { Fault, Stage } from './stage.ts';

/** What runs, as it is now. */
export interface NatsServers {
  readonly cluster: Cluster;
  readonly servers: readonly Running[];
  /** One node's, where the machine lets us have one. */
  readonly disk: NodeDisk | undefined;
  readonly clock: MovableClock;
  /** In the place of the one that ended. @param how with a clock that can be moved, or the machine's */
  startAgain(at: number, how?: 'clock'): Promise<void>;
}

export interface NodeDisk extends SmallDisk {
  /** Whose it is, by name. */
  readonly node: string;
}

/** So many clients have to have felt it. */
const FELT = 10;
/** Where it is one server of three that fails: a third of their connections. */
const FELT_BY_FEW = 2;
/** The first partition's. */
const STREAM = 'letterbox_0';
const META_STREAM = 'letterbox_meta';

/** What can happen to a cluster of three, and to the servers in front of it. */
export function natsFaults({ cluster, servers, disk, clock, startAgain }: NatsServers): Fault[] {
  async function killNode({ random, more }: Stage): Promise<void> {
    const node = random.pick(cluster.nodes);
    await cluster.kill(node);
    await more(FELT);
    cluster.restart(node);
    await cluster.ready();
  }

  /** Without a majority nothing is accepted; what was, comes back with it. */
  async function killTwoNodes({ ledger, random }: Stage): Promise<void> {
    const spared = random.pick(cluster.nodes);
    const dead = cluster.nodes.filter((node) => node !== spared);
    await Promise.all(dead.map((node) => cluster.kill(node)));
    await refused(ledger); // what was under way has its answer now
    const before = ledger.countOf(201);
    await refused(ledger);
    const accepted = ledger.countOf(201) - before;
    if (accepted > 0) ledger.flaws.push(`${accepted} accepted by one node of three`);
    for (const node of dead) cluster.restart(node);
    await cluster.ready();
  }

  async function pauseLeader({ more }: Stage): Promise<void> {
    const leader: Node = await cluster.leaderOf(STREAM);
    cluster.pause(leader);
    await more(FELT);
    cluster.restart(leader);
    await cluster.ready();
  }

  /** The others go on; the node is started again once there is room. */
  async function fillDisk(full: NodeDisk, { more }: Stage): Promise<void> {
    const node = cluster.nodes.find(({ name }) => name === full.node);
    if (node === undefined) throw new Error(`no ${full.node}`);
    full.fill();
    await more(10 * FELT);
    full.free();
    await cluster.kill(node);
    cluster.restart(node);
    await cluster.ready();
  }

  async function killServer({ random, more }: Stage): Promise<void> {
    const at = random.below(servers.length);
    await end(at);
    await more(FELT);
    await startAgain(at);
  }

  async function killAllServers(): Promise<void> {
    await Promise.all(servers.map((_, at) => end(at)));
    for (const at of servers.keys()) await startAgain(at);
  }

  /** In order, while the others go on. */
  async function stopServer({ random, more }: Stage): Promise<void> {
    const at = random.below(servers.length);
    await end(at, 'SIGTERM');
    await more(FELT);
    await startAgain(at);
  }

  /** Its clients give up and go to the others; it wakes to requests that nobody waits for. */
  async function pauseServer({ ledger, random, more }: Stage): Promise<void> {
    const { child } = random.pick(servers);
    const before = ledger.countOf('none');
    child.kill('SIGSTOP');
    await ledger.until('clients gave up', () => ledger.countOf('none') >= before + FELT_BY_FEW);
    await more(FELT);
    child.kill('SIGCONT');
  }

  /** Of all servers; the nodes' go on as they do. */
  async function clockJumps(stage: Stage): Promise<void> {
    for (const how of ['clock', undefined] as const) {
      for (const at of servers.keys()) {
        await end(at, 'SIGTERM');
        await startAgain(at, how);
      }
      if (how === 'clock') await jump(clock, stage, () => stage.more(FELT));
    }
  }

  /** A backup under load, and then the store is gone. */
  async function restoredBackup({ client, ledger, more }: Stage): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'letterbox-backup-'));
    const backup = join(folder, 'backup');
    const covered = new Set(ledger.receipts.keys());
    await runCommand('backup', '--store', cluster.url, '--to', backup);
    await more(FELT);
    await Promise.all(servers.map((_, at) => end(at)));
    await loseStore(cluster.url);
    await runCommand('restore', '--store', cluster.url, '--from', backup);
    rmSync(folder, { recursive: true });
    for (const at of servers.keys()) await startAgain(at);
    await sendAgain(ledger.restored(covered), client, ledger);
  }

  async function end(at: number, signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    servers[at]?.child.kill(signal);
    await servers[at]?.ended;
  }

  return [
    { name: 'kill -9 of a node', strike: killNode },
    { name: 'kill -9 of two nodes', strike: killTwoNodes },
    { name: 'SIGSTOP of the leader', strike: pauseLeader },
    ...(disk === undefined
      ? []
      : [{ name: 'full disk of a node', strike: (stage: Stage) => fillDisk(disk, stage) }]),
    { name: 'kill -9 of a server', strike: killServer },
    { name: 'kill -9 of all servers', strike: killAllServers },
    { name: 'SIGTERM of a server', strike: stopServer },
    { name: 'SIGSTOP of a server', strike: pauseServer },
    { name: 'clock jumps', strike: clockJumps },
    { name: 'restored backup', strike: restoredBackup },
    { name: 'sockets cut', strike: cutSockets },
  ];
}

const runCommand = (...args: string[]) => promisify(execFile)(process.execPath, [MAIN, ...args]);

/** As if every node had lost its disk. */
async function loseStore(url: string): Promise<void> {
  const nats = await connect({ servers: [...parseNatsUrl(url).servers] });
  for (const stream of [STREAM, META_STREAM]) await ask(nats, `STREAM.DELETE.${stream}`);
  await nats.close();
}

function refused(ledger: Stage['ledger']): Promise<void> {
  const count = (): number => ledger.countOf('none', 503);
  const enough = count() + 3 * FELT;
  return ledger.until('refused', () => count() >= enough);
}
