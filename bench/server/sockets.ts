import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Area, Sample } from '../frame/area.ts';
import { quantile } from '../frame/statistics.ts';
import { inWorld } from './world.ts';

const SOCKETS = 10_000;

/** What the process that holds the sockets says. */
export interface SocketsSaid {
  /** Milliseconds from the accepted send's request to its hint, each. */
  readonly hints: readonly number[];
}

/** Open event sockets, each subscribed to an inbox: the memory that each takes, and how soon a delivery's hint comes. */
export const sockets: Area = {
  rounds: 3,
  open: inWorld(async (world) => {
    const server = await world.startServer({ recipients: 10, each: 0 });
    const before = server.process.memory(); // of a server that never held any: what they took is not all given back
    return async () => {
      const child = fork(join(import.meta.dirname, 'sockets-process.ts'), [
        JSON.stringify({ url: server.url, hub: server.hub, sockets: SOCKETS }),
      ]);
      await told(child);
      const each = (server.process.memory() - before) / SOCKETS;
      child.send('hints');
      const { hints } = (await told(child)) as SocketsSaid;
      child.send('end');
      await once(child, 'exit');
      return [memory(each), latency('p50', hints, 0.5), latency('p99', hints, 0.99)];
    };
  }),
};

async function told(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the sockets' process ended with ${code}; are ${SOCKETS} files allowed (ulimit -n)?`);
  });
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
  void ended.catch(() => undefined);
  return message;
}

function memory(bytes: number): Sample {
  const against = { name: '64 KiB', value: 65_536 };
  return { name: 'server/sockets, memory each', value: bytes, unit: 'bytes', against };
}

function latency(name: string, hints: readonly number[], q: number): Sample {
  const against = { name: '100 ms', value: 100 };
  return { name: `server/sockets, hint ${name}`, value: quantile(hints, q), unit: 'ms', against };
}
