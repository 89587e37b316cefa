import type { AppSession } from '../../scripts/journey/app-session.ts';
import { countAt, deliveriesAt, hubToken, readPublic, readToken } from '../../scripts/journey/witness.ts';

/** The bare requests that a letter cannot do without, from this process: what the product's own times are held against. */
export interface Bare {
  /** Milliseconds for one file of a message's size put into the sender's bucket. */
  put(): Promise<number>;
  /** For one authenticated request to the server. */
  request(): Promise<number>;
  /** For the list of what waits, and then one file. */
  fetch(url: string): Promise<number>;
  /** The moment at which a bare socket hears of the next message. */
  nextHint(): Promise<number>;
  close(): void;
}

/** Now, comparable between this process and the browsers on this machine. Unix milliseconds, with fractions. */
export function moment(): number {
  return performance.timeOrigin + performance.now();
}

/** Bytes of a short message's file. */
const FILE_BYTES = 1100;

export async function openBare(server: string, sender: AppSession, recipient: AppSession): Promise<Bare> {
  const authorization = await hubToken(sender);
  const socket = await subscribed(server, recipient);
  const body = 'x'.repeat(FILE_BYTES);
  let files = 0;
  return {
    put: () =>
      timed(async () => {
        files += 1;
        const url = `${sender.hub}/store/${sender.address}/bench/${String(files)}`;
        const headers = { Authorization: authorization, 'Content-Type': 'application/json' };
        const response = await fetch(url, { method: 'POST', headers, body });
        if (!response.ok) throw new Error(`the hub answered ${String(response.status)}`);
        await response.text();
      }),
    request: () => timed(() => countAt(server, recipient)),
    fetch: (url) =>
      timed(async () => {
        await deliveriesAt(server, recipient);
        await readPublic(url);
      }),
    nextHint: () => heard(socket, 'hint'),
    close: () => {
      socket.close();
    },
  };
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

async function subscribed(server: string, inbox: AppSession): Promise<WebSocket> {
  const socket = new WebSocket(`${server.replace(/^http/, 'ws')}/v1/events`);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', reject, { once: true });
  });
  const done = heard(socket, 'subscribed');
  socket.send(JSON.stringify({ type: 'subscribe', token: readToken(server, inbox) }));
  await done;
  return socket;
}

function heard(socket: WebSocket, type: string): Promise<number> {
  return new Promise((resolve) => {
    const hear = ({ data }: MessageEvent): void => {
      if ((JSON.parse(String(data)) as { type: string }).type !== type) return;
      socket.removeEventListener('message', hear);
      resolve(moment());
    };
    socket.addEventListener('message', hear);
  });
}
