import { once } from 'node:events';
import { WebSocket } from 'ws';

/** Bytes that a server process holds once its garbage is collected. */
export interface Memory {
  /** JavaScript objects, and the buffers behind them. */
  readonly heap: number;
  /** All of the process. */
  readonly rss: number;
}

/** Looks into a Node process by its inspector: nothing is changed in what runs there. */
export interface Inspector {
  /** After a forced collection. */
  memory(): Promise<Memory>;
  close(): void;
}

/** @param log of a process started with `--inspect=127.0.0.1:0`, which tells the inspector's address */
export async function inspect(log: string): Promise<Inspector> {
  const [, url] = /Debugger listening on (ws:\S+)/.exec(log) ?? [];
  if (url === undefined) throw new Error(`no inspector: ${log.slice(0, 500)}`);
  const socket = new WebSocket(url);
  const waiting = new Map<number, (result: unknown) => void>();
  socket.on('message', (data) => {
    const { id, result } = JSON.parse((data as Buffer).toString()) as { id: number; result: unknown };
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  await once(socket, 'open');
  let last = 0;
  const call = (method: string, params: object = {}): Promise<unknown> =>
    new Promise((resolve) => {
      last += 1;
      waiting.set(last, resolve);
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  return {
    async memory() {
      await call('HeapProfiler.collectGarbage');
      await call('HeapProfiler.collectGarbage'); // what finalizers let go of in the first
      const expression = 'JSON.stringify(process.memoryUsage())';
      const answer = (await call('Runtime.evaluate', { expression })) as { result: { value: string } };
      const { heapUsed, external, rss } = JSON.parse(answer.result.value) as NodeJS.MemoryUsage;
      return { heap: heapUsed + external, rss };
    },
    close: () => socket.close(),
  };
}
