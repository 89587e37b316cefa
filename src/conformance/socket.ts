import { setTimeout as sleep } from 'node:timers/promises';
import { parseServerEvent, type ServerEvent } from '../protocol/server-events.ts';
import { Unmet } from './expect.ts';

/** A socket of `GET /v1/events`, from an agent's side. docs/protocol.md#6 */
export interface EventSocket {
  say(message: object | string): void;
  /** The next event of a type that nobody took yet. @throws Unmet where none comes in time */
  next<Type extends ServerEvent['type']>(
    type: Type,
    seconds?: number,
  ): Promise<Extract<ServerEvent, { type: Type }>>;
  /** What has come and was not taken. */
  readonly untaken: readonly ServerEvent[];
  /** All that was received, as text. */
  readonly texts: readonly string[];
  readonly isOpen: boolean;
  /** @throws Unmet where it stays open */
  closed(seconds: number): Promise<void>;
  close(): void;
}

const PATIENCE_SECONDS = 5;
const POLL_MS = 10;

/** @param url of the server */
export async function openSocket(url: string): Promise<EventSocket> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1/events`);
  const untaken: ServerEvent[] = [];
  const texts: string[] = [];
  socket.addEventListener('message', ({ data }) => {
    texts.push(String(data));
    const event = parseServerEvent(String(data));
    if (event !== undefined) untaken.push(event);
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Unmet('GET /v1/events opens no WebSocket')));
  });
  const until = async (holds: () => boolean, seconds: number): Promise<boolean> => {
    const deadline = performance.now() + seconds * 1000;
    while (!holds() && performance.now() < deadline) await sleep(POLL_MS);
    return holds();
  };
  const isOpen = (): boolean => socket.readyState === WebSocket.OPEN;

  return {
    untaken,
    texts,
    get isOpen() {
      return isOpen();
    },
    say: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    async next(type, seconds = PATIENCE_SECONDS) {
      const at = (): number => untaken.findIndex((event) => event.type === type);
      if (!(await until(() => at() >= 0 || !isOpen(), seconds)) || at() < 0) {
        throw new Unmet(`no ${type} within ${seconds} s${isOpen() ? '' : ', and the socket was closed'}`);
      }
      return untaken.splice(at(), 1)[0] as never;
    },
    async closed(seconds) {
      if (!(await until(() => socket.readyState === WebSocket.CLOSED, seconds))) {
        throw new Unmet(`the socket is still open after ${seconds} s`);
      }
    },
    close: () => socket.close(),
  };
}
