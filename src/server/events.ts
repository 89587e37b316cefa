import type { Address } from '../protocol/ids.ts';
import { toProblem } from '../protocol/problem.ts';
import { LIMITS } from '../protocol/server-api.ts';
import { parseEventRequest, type ServerEvent } from '../protocol/server-events.ts';
import { LetterboxError } from '../protocol/errors.ts';
import type { VerifiedRequest } from '../protocol/tokens.ts';
import { authenticateSubscriber, claimedAddress, isSameApp } from './caller.ts';
import type { ServerContext } from './context.ts';
import { asProblem } from './problem.ts';

/** The sockets of `GET /v1/events`. docs/protocol.md#6 */
export interface Events {
  /** Takes over a socket that was just opened. @param network as for `Server.fetch` */
  open(socket: Socket, network?: string): Connection;
}

/** The shell's end of a socket. */
export interface Socket {
  send(text: string): void;
  /** @param code RFC 6455 section 7.4 */
  close(code: number, reason: string): void;
}

/** What the shell tells of a socket. */
export interface Connection {
  readonly received: (text: string) => void;
  readonly closed: () => void;
}

const HEARTBEAT_MS = 20_000;
/** How long a socket may stay without a subscription. */
const IDLE_MS = 10_000;
/** Messages that wait to be checked; who sends more than this at once is no agent. */
const MAX_WAITING = 2 * LIMITS.subscriptions;
/** How long what the store said of an inbox's owner holds for those who renew: a token lives for minutes only. */
const OWNER_MS = 3_600_000;
const POLICY_VIOLATION = 1008;
const TRY_AGAIN_LATER = 1013;

export function createEvents(context: ServerContext): Events {
  return { open: (socket, network = 'unknown') => connect(context, socket, network) };
}

/** Of an inbox, by a token that agrees with the store. */
interface Subscription extends Pick<VerifiedRequest, 'app' | 'bucket'> {
  /** When the store was asked. Unix milliseconds. */
  readonly asked: number;
  readonly stop: () => void;
}

/**
 * ```
 *  open ──10 s without a subscription──► closed
 *   │ subscribe (token)
 *   ├─► refused, and the socket stays
 *   └─► subscribed ──hint per delivery──► ┐
 *          ▲  └──token's exp──► expired   │
 *          └────────── subscribe anew ◄───┘        heartbeat every 20 s throughout
 * ```
 */
function connect(context: ServerContext, socket: Socket, network: string): Connection {
  const { timer, clock, store, meter } = context;
  const subscriptions = new Map<Address, Subscription>();
  let open = true;
  let waiting = 0;
  let turn: Promise<void> = Promise.resolve();
  let stopIdle = startIdle();
  let stopHeartbeat = startHeartbeat();
  meter?.sockets(1);

  const say = (event: ServerEvent): void => {
    if (open) socket.send(JSON.stringify(event));
  };

  function startHeartbeat(): () => void {
    return timer.after(HEARTBEAT_MS, () => {
      say({ type: 'heartbeat' });
      stopHeartbeat = startHeartbeat();
    });
  }

  function startIdle(): () => void {
    return timer.after(IDLE_MS, () => end(POLICY_VIOLATION, 'no subscription'));
  }

  function end(code: number, reason: string): void {
    closed();
    socket.close(code, reason);
  }

  function closed(): void {
    if (open) meter?.sockets(-1);
    open = false;
    stopIdle();
    stopHeartbeat();
    for (const { stop } of subscriptions.values()) stop();
    subscriptions.clear();
  }

  /** Whoever watches already goes on watching: to begin anew costs a store on other machines several reads. */
  function listen({ sub: address, app, bucket, exp }: VerifiedRequest, asked: number): void {
    stopIdle();
    meter?.subscriptions(1);
    const unwatch = store.watch(address, (cursor) => say({ type: 'hint', address, cursor }));
    const stopWatching = (): void => {
      unwatch();
      meter?.subscriptions(-1);
    };
    const stopTimer = timer.after(Math.max(0, exp * 1000 - clock.now()), () => {
      stopWatching();
      subscriptions.delete(address);
      say({ type: 'expired', address });
      if (subscriptions.size === 0) stopIdle = startIdle();
    });
    const before = subscriptions.get(address);
    const stop = (): void => {
      stopWatching();
      stopTimer();
    };
    subscriptions.set(address, { app, bucket, asked, stop });
    before?.stop();
  }

  /** The one that is there, unless the store has to be asked again. */
  function knownOf(address: Address): Subscription | undefined {
    const known = subscriptions.get(address);
    const age = clock.now() - (known?.asked ?? -Infinity);
    return age >= 0 && age < OWNER_MS ? known : undefined;
  }

  async function subscribe(text: string): Promise<void> {
    waiting -= 1;
    if (!open) return;
    let address: Address | undefined;
    try {
      const { token } = parseEventRequest(text);
      address = claimedAddress(token);
      if (!subscriptions.has(address) && subscriptions.size >= LIMITS.subscriptions) {
        throw new LetterboxError('quota', {});
      }
      const known = knownOf(address);
      const caller = await authenticateSubscriber(context, token, network, known);
      if (!open) return; // it was closed while its token was checked
      listen(caller, known !== undefined && isSameApp(caller, known) ? known.asked : clock.now());
      say({ type: 'subscribed', address });
    } catch (error) {
      const problem = toProblem(asProblem(error, context.log));
      say({ type: 'refused', ...(address === undefined ? {} : { address }), problem });
    }
  }

  function admit(): void {
    try {
      context.rates.socket(network);
    } catch (error) {
      say({ type: 'refused', problem: toProblem(asProblem(error, context.log)) });
      end(TRY_AGAIN_LATER, 'too many sockets');
    }
  }

  admit();
  return {
    received(text) {
      if (!open) return;
      waiting += 1;
      if (waiting > MAX_WAITING) end(POLICY_VIOLATION, 'too many messages');
      turn = turn.then(() => subscribe(text));
    },
    closed,
  };
}
