import { expect, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Origin } from '../../src/protocol/ids.ts';
import type { Person } from './person.ts';
import { now, type Target } from './process.ts';

/** A socket at a server, subscribed to a person's inbox. */
export async function subscribe({ url, origin }: Exclude<Target, string>, person: Person) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/events`);
  const heard: { type: string; address?: string }[] = [];
  socket.on('message', (text: Buffer) => {
    heard.push(JSON.parse(text.toString()) as { type: string });
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve).once('error', reject);
  });
  const token = person.token('read', new Uint8Array(), { aud: origin as Origin, now: now() });
  socket.send(JSON.stringify({ type: 'subscribe', token }));
  const hears = (type: string, times: number): Promise<unknown> =>
    vi.waitFor(() => {
      expect(heard.filter((event) => event.type === type)).toHaveLength(times);
    }, 10_000);
  await hears('subscribed', 1);
  return { hears, close: () => socket.terminate() };
}
