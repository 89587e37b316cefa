import { isLetterboxError, LetterboxError } from '../protocol/errors.ts';
import type { Address, Origin } from '../protocol/ids.ts';
import { LIMITS } from '../protocol/server-api.ts';
import { parseServerEvent, type ServerEvent } from '../protocol/server-events.ts';
import { TOKEN_LIFETIME_SECONDS } from '../protocol/tokens.ts';
import type { Caller, ListenEvents, Subscription } from '../protocol/transport.ts';
import type { ServerClock } from './server-clock.ts';
import type { OpenSocket, Socket } from './socket.ts';

interface Listening {
  readonly server: Origin;
  readonly callers: readonly Caller[];
  readonly events: ListenEvents;
}

const NO_BODY = new Uint8Array();
/** Since a token was made. Heartbeats come every 20 s, so that there are three more before its end. */
const RENEW_SECONDS = TOKEN_LIFETIME_SECONDS - 80;

/** Hints over `/v1/events`, for at most 64 inboxes a socket: more of them take more sockets. docs/protocol.md#6 */
export function listen(openSocket: OpenSocket, clock: ServerClock, listening: Listening): Subscription {
  const parts = Math.ceil(listening.callers.length / LIMITS.subscriptions);
  const close = (): void => {
    for (const socket of sockets) socket.close();
  };
  const events: ListenEvents = {
    live: (address) => listening.events.live(address),
    quiet: (address) => listening.events.quiet(address),
    hint: (address) => listening.events.hint(address),
    lost(error) {
      close(); // half of the inboxes would look like all of them
      listening.events.lost(error);
    },
  };
  const sockets = Array.from({ length: parts }, (_, part) => {
    const callers = listening.callers.slice(part * LIMITS.subscriptions, (part + 1) * LIMITS.subscriptions);
    return listenOnce(openSocket, clock, { ...listening, callers, events });
  });
  return { close };
}

function listenOnce(
  openSocket: OpenSocket,
  clock: ServerClock,
  { server, callers, events }: Listening,
): Socket {
  const byAddress = new Map(callers.map((caller) => [caller.address, caller]));
  const learnt = new Set<Address>();
  const live = new Set<Address>();
  /** When each one's token was made, by the server's clock. */
  const asked = new Map<Address, number>();

  const subscribe = (caller: Caller | undefined): void => {
    if (caller === undefined) return; // an address that nobody asked for
    const now = clock.now(server);
    asked.set(caller.address, now);
    const token = caller.authorize({ aud: server, act: 'read', now, body: NO_BODY });
    socket.send(JSON.stringify({ type: 'subscribe', token }));
  };

  /** Before their end: who waits for `expired` may have missed something by then, and has to look. */
  const renew = (): void => {
    const due = clock.now(server) - RENEW_SECONDS;
    for (const address of live) if ((asked.get(address) ?? 0) <= due) subscribe(byAddress.get(address));
  };

  const end = (address: Address): void => {
    if (live.delete(address)) events.quiet(address);
  };

  const handle = (event: ServerEvent | undefined): void => {
    switch (event?.type) {
      case 'hint':
        if (byAddress.has(event.address)) events.hint(event.address);
        break;
      case 'subscribed':
        if (!byAddress.has(event.address) || live.has(event.address)) break;
        live.add(event.address);
        events.live(event.address);
        break;
      case 'expired':
        end(event.address);
        subscribe(byAddress.get(event.address));
        break;
      case 'refused':
        if (event.address === undefined) break;
        if (learnsTime(event)) subscribe(byAddress.get(event.address));
        else end(event.address);
        break;
      case 'heartbeat':
        renew();
        break;
      case undefined:
        break;
    }
  };

  /** A refusal for the token's time is answered once with a better one; every other leaves that inbox to the polls. */
  const learnsTime = ({ address, problem }: Extract<ServerEvent, { type: 'refused' }>): boolean => {
    if (address === undefined || learnt.has(address) || problem.now === undefined) return false;
    learnt.add(address);
    clock.learn(server, problem.now);
    return true;
  };

  const socket = openSocket(`${server.replace(/^http/, 'ws')}/v1/events`, {
    opened: () => callers.forEach(subscribe),
    message(text) {
      try {
        handle(parseServerEvent(text));
      } catch (error) {
        socket.close();
        events.lost(isLetterboxError(error) ? error : new LetterboxError('internal', { problem: 'event' }));
      }
    },
    closed: (reason) => events.lost(reason),
  });
  return socket;
}
