import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster } from '../nats/cluster.ts';
import { natsServer } from '../nats/server.ts';
import { launchServer, MAIN, type Running } from '../running.ts';
import { serverArguments } from './arguments.ts';
import { createMovableClock } from './clock.ts';
import type { Gate } from './gate.ts';
import { natsFaults, type NodeDisk } from './nats-faults.ts';
import { hasSmallDisks, mountSmallDisk, type SmallDisk } from './small-disk.ts';
import type { Deployment } from './stage.ts';

const SERVERS = 3;
const DISK_MEGABYTES = 512;

/** Several server processes in front of a cluster of three nodes, all on this machine. */
export async function deployNats(gate: Gate): Promise<Deployment> {
  const program = natsServer();
  if (program === undefined)
    throw new Error('no nats-server: put one on the PATH, or name one in NATS_SERVER');
  const folder = mkdtempSync(join(tmpdir(), 'letterbox-faults-'));
  const disk = hasSmallDisks() ? await smallDiskFor('node-3', program, folder) : undefined;
  const cluster = await startCluster(disk?.command ?? program);
  const clock = createMovableClock(folder);
  const run = (name: string, how?: 'clock'): Promise<Running> => {
    const { flags, env } = how === 'clock' ? clock : { flags: [], env: {} };
    const where = ['--store', cluster.url, '--data', join(folder, name)];
    return launchServer(process.execPath, [...flags, MAIN, ...where, ...serverArguments(gate.url)], env);
  };
  const servers: Running[] = [];
  for (let n = 0; n < SERVERS; n += 1) servers.push(await run(`${n}`));
  const lead = (): void => gate.lead(servers.map(({ url }) => url));
  lead();
  return {
    about: `${SERVERS} servers on a NATS cluster of ${cluster.nodes.length}; their clock is moved by ${clock.by}`,
    faults: natsFaults({
      cluster,
      servers,
      disk,
      clock,
      async startAgain(at, how) {
        servers[at] = await run(`${at}`, how);
        lead();
      },
    }),
    async close() {
      for (const { child, ended } of servers) {
        child.kill('SIGKILL');
        await ended;
      }
      await cluster.stop();
      disk?.remove();
      rmSync(folder, { recursive: true });
    },
  };
}

/** @returns beside the disk, what to start each node with: this one has its store there */
async function smallDiskFor(
  node: string,
  program: string,
  folder: string,
): Promise<NodeDisk & { readonly command: string }> {
  const [mounted, command] = [join(folder, 'small'), join(folder, 'nats-server')];
  mkdirSync(mounted);
  const disk: SmallDisk = await mountSmallDisk(mounted, DISK_MEGABYTES);
  const config = `${mounted}.conf`;
  const moved = `sed 's#store_dir: "[^"]*"#store_dir: "${mounted}"#' "$2" > '${config}'`;
  const there = `exec ${disk.enter.join(' ')} '${program}' --config '${config}'`;
  const elsewhere = `exec '${program}' "$@"`;
  writeFileSync(command, `#!/bin/sh\ncase "$2" in *${node}*) ${moved}; ${there};; esac\n${elsewhere}\n`);
  chmodSync(command, 0o700);
  return { ...disk, node, command };
}
