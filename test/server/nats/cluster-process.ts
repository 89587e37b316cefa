import { startCluster } from './cluster.ts';
import { natsServer } from './server.ts';

/**
 * A cluster for programs that are no test: says on its first line where it is, and of which processes and folders; ends
 * with its standard input, or when it is told to.
 */
const server = natsServer();
if (server === undefined) throw new Error('there is no nats-server: run node scripts/setup.mjs nats');
const cluster = await startCluster(server);
const nodes = cluster.nodes.map(({ pid, folder }) => ({ pid: pid(), folder }));
process.stdout.write(`${JSON.stringify({ url: cluster.url, nodes })}\n`);
const stop = (): void => {
  process.stdin.destroy();
  void cluster.stop();
};
process.stdin.resume().once('end', stop);
process.once('SIGTERM', stop);
