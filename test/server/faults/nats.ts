import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster } from '../nats/cluster.ts';
import { natsServer } from '../nats/server.ts';
import { launchServer, MAIN, type Running } from '../running.ts';
import { serverArguments } from './arguments.ts';
import type { Gate } from './gate.ts';
import { natsFaults } from './nats-faults.ts';
import type { Deployment } from './stage.ts';

const SERVERS = 3;

/** Several server processes in front of a cluster of three nodes, all on this machine. */
export async function deployNats(gate: Gate): Promise<Deployment> {
  const program = natsServer();
  if (program === undefined)
    throw new Error('no nats-server: put one on the PATH, or name one in NATS_SERVER');
  const folder = mkdtempSync(join(tmpdir(), 'letterbox-faults-'));
  const cluster = await startCluster(program);
  const run = (name: string): Promise<Running> => {
    const where = ['--store', cluster.url, '--data', join(folder, name)];
    return launchServer(process.execPath, [MAIN, ...where, ...serverArguments(gate.url)]);
  };
  const servers: Running[] = [];
  for (let n = 0; n < SERVERS; n += 1) servers.push(await run(`${n}`));
  const lead = (): void => gate.lead(servers.map(({ url }) => url));
  lead();
  return {
    about: `${SERVERS} servers on a NATS cluster of ${cluster.nodes.length}`,
    faults: natsFaults({
      cluster,
      servers,
      async startAgain(at) {
        servers[at] = await run(`${at}`);
        lead();
      },
    }),
    async close() {
      for (const { child, ended } of servers) {
        child.kill('SIGKILL');
        await ended;
      }
      await cluster.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
