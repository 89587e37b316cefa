import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { SeededRandom } from './random.ts';

/** Of bytes on their way: a request's, or an answer's. */
export type Direction = 'request' | 'answer';

/**
 * What clients connect to: passes bytes on to the servers behind it, in turn, as a load balancer does, whose addresses
 * may change. It can cut connections in the middle of what passes.
 */
export interface Gate {
  /** The origin that clients know. */
  readonly url: string;
  /** Where connections go from now on. */
  lead(urls: readonly string[]): void;
  /** Of `outOf` passing chunks of bytes one is cut at any place, with both ends of its connection; 0: none. */
  cutOneOf(outOf: number): void;
  /** How many cuts fell into a body, past the head that was in the same chunk or before. */
  readonly cuts: Readonly<Record<Direction, number>>;
  close(): void;
}

const END_OF_HEAD = '\r\n\r\n';

export async function openGate(random: SeededRandom): Promise<Gate> {
  let [targets, turn, outOf]: [readonly URL[], number, number] = [[], 0, 0];
  const cuts = { request: 0, answer: 0 };
  const open = new Set<Socket>();

  function pass(from: Socket, to: Socket, direction: Direction): void {
    from.on('data', (bytes: Buffer) => {
      if (outOf === 0 || random.below(outOf) > 0) {
        if (!to.write(bytes)) from.pause();
        return;
      }
      const place = random.below(bytes.length);
      const head = bytes.indexOf(END_OF_HEAD);
      if (head === -1 || place > head + END_OF_HEAD.length) cuts[direction] += 1;
      to.write(bytes.subarray(0, place), () => {
        from.destroy();
        to.destroy();
      });
    });
    to.on('drain', () => from.resume());
    from.on('close', () => to.destroy());
    from.on('error', () => to.destroy()); // either end may vanish at any time: that is what this is for
  }

  const server = createServer((client) => {
    const target = targets[(turn += 1) % targets.length];
    if (target === undefined) {
      client.destroy();
      return;
    }
    const behind = connect(Number(target.port), target.hostname);
    for (const socket of [client, behind]) {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
    }
    pass(client, behind, 'request');
    pass(behind, client, 'answer');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lead: (urls) => {
      targets = urls.map((url) => new URL(url));
    },
    cutOneOf: (chunks) => {
      outOf = chunks;
    },
    cuts,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
