import { connect } from 'node:net';
import type { RawPlan } from './raw-plans.ts';

/** All that came back on a socket until it closed. */
export interface Heard {
  readonly statuses: readonly number[];
  readonly flaw: string | undefined;
}

/** No connection that we have ended may stay open longer at the server. */
const CLOSES_WITHIN_MS = 20_000;

export function speak({ hostname, port }: URL, { kind, writes, ending }: RawPlan): Promise<Heard> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    let heard = '';
    let flaw: string | undefined;
    const limit = setTimeout(() => {
      flaw = `${kind}: still open after ${CLOSES_WITHIN_MS / 1000} s`;
      socket.destroy();
    }, CLOSES_WITHIN_MS);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => (heard += text));
    socket.on('error', () => socket.destroy()); // the server may close before it has heard all: 'close' follows
    socket.once('close', () => {
      clearTimeout(limit);
      const statuses = [...heard.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
      const bad = statuses.find((status) => status >= 500 && status !== 503);
      resolve({ statuses, flaw: flaw ?? (bad === undefined ? undefined : `${kind}: ${bad}`) });
    });
    const write = (at: number): void => {
      const part = writes[at];
      if (socket.destroyed) return;
      if (part !== undefined) socket.write(part, () => setImmediate(write, at + 1)); // each in a packet of its own
      else if (ending === 'end') socket.end();
      else socket.destroy();
    };
    socket.once('connect', () => write(0));
  });
}
