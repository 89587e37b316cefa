import { once } from 'node:events';
import { hash, randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';
import type { Digest } from '../../src/protocol/bytes.ts';
import type { Origin } from '../../src/protocol/ids.ts';
import { POINTER_LENGTH } from '../../src/protocol/pointer.ts';
import { APP, bucketOf, readerOf, READERS, senderOf, type Person } from './people.ts';
import { requestToken } from './tokens.ts';

/** Holds sockets, two to a reader, and says how long hints take: see sockets.ts. */

const { url, hub, sockets } = JSON.parse(process.argv[2] ?? '') as {
  url: string;
  hub: string;
  sockets: number;
};
const AT_ONCE = 50;
const HINTS = 500;
const heard = new Map<string, () => void>();

const open: WebSocket[] = [];
while (open.length < sockets) {
  const some = Array.from({ length: AT_ONCE }, (_, index) => readerOf((open.length + index) % READERS));
  open.push(...(await Promise.all(some.map(subscribe))));
}
process.send?.('open');
await once(process, 'message');
const hints: number[] = [];
while (hints.length < HINTS)
  hints.push(await hintTime(readerOf((hints.length * 7) % Math.min(READERS, sockets))));
process.send?.({ hints });
await once(process, 'message');
process.exit();

async function subscribe(reader: Person): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/events`);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'subscribe', token: tokenOf(reader, { act: 'read' }) }));
  const [answer] = (await once(socket, 'message')) as [Buffer];
  if (!answer.toString().includes('"subscribed"')) throw new Error(`not subscribed: ${answer.toString()}`);
  socket.on('message', (data: Buffer) => {
    const event = JSON.parse(data.toString()) as { type: string; address?: string };
    if (event.type === 'hint') heard.get(event.address ?? '')?.();
  });
  return socket;
}

/** From before the request is written to when the first of its inbox's sockets hears of it. Milliseconds. */
async function hintTime(reader: Person): Promise<number> {
  const body = JSON.stringify({
    id: randomBytes(16).toString('base64url'),
    pointer: 'p'.repeat(POINTER_LENGTH),
  });
  const bh = hash('sha256', body, 'base64url') as Digest;
  const token = tokenOf(senderOf(0), { act: 'send', bh, to: reader.address });
  const hint = new Promise<number>((resolve) => {
    heard.set(reader.address, () => resolve(performance.now()));
  });
  const start = performance.now();
  const response = await fetch(`${url}/v1/inboxes/${reader.address}/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body,
  });
  if (response.status !== 201) throw new Error(`a send was answered ${response.status}`);
  const end = await hint;
  heard.delete(reader.address);
  return end - start;
}

function tokenOf(
  person: Person,
  claims: { act: 'read' } | { act: 'send'; bh: Digest; to: Person['address'] },
) {
  const now = Math.floor(Date.now() / 1000);
  const bucket = bucketOf(hub, person.address);
  const place = { sub: person.address, app: APP, bucket, aud: url as Origin };
  return requestToken({ ...place, ...claims, iat: now, exp: now + 300 }, person);
}
