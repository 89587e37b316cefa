import { connect, type Socket } from 'node:net';

/** Connections that say too little and never end it: a server that keeps them runs out of them. */
export interface Held {
  /** Settles once the server has closed all of them. @throws Error where it does not, within `milliseconds` */
  closed(milliseconds: number): Promise<void>;
}

const UPGRADE =
  'GET /v1/events HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

const BEGINNINGS = [
  '',
  'GET /v1/ser',
  'GET /v1/server HTTP/1.1\r\nHost: x\r\nX-Slow: ',
  'POST /v1/inboxes/x/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nslow',
  'POST /v1/inboxes/x/messages HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nslow',
  UPGRADE,
];

/** @param each so many of each kind */
export function holdOpen({ hostname, port }: URL, each: number): Held {
  const open = new Set<Socket>();
  let emptied = (): void => undefined;
  const hold = (beginning: string): void => {
    const socket = connect({ host: hostname, port: Number(port) }, () => void socket.write(beginning));
    open.add(socket);
    socket.resume();
    socket.on('error', () => socket.destroy()); // closed by the server in whatever way: that is what is wanted
    socket.once('close', () => {
      open.delete(socket);
      if (open.size === 0) emptied();
    });
  };
  for (const beginning of BEGINNINGS) for (let n = 0; n < each; n += 1) hold(beginning);
  return {
    closed: (milliseconds) =>
      new Promise((resolve, reject) => {
        const limit = setTimeout(() => {
          reject(new Error(`${open.size} connections that say nothing are still open`));
          for (const socket of open) socket.destroy();
        }, milliseconds);
        emptied = () => {
          clearTimeout(limit);
          resolve();
        };
        if (open.size === 0) emptied();
      }),
  };
}
