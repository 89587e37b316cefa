import type { PageCall, ToPage } from '../../src/protocol/page-wire.ts';
import type { Runtime, RuntimePort } from './runtime.ts';

export interface LinkEvents {
  /** The calls that are unanswered now. */
  open(): readonly PageCall[];
  receive(message: ToPage): void;
  /** Nothing will come any more. Called once. */
  gone(): void;
}

export interface Link {
  post(call: PageCall): void;
}

const FIRST_WAIT = 100;
const LONGEST_WAIT = 5000;

/**
 * The long-lived port to the background, made when there is something to say and again when the worker died under it.
 *
 *     idle ── call, wake ──> connected ── worker gone ──> calls open? ── no ──> idle
 *                                ^                             │ yes: wait, 0.1 s doubling to 5 s
 *                                └──── all open calls again ───┘
 *     any ── `off`, or the extension is gone ──> gone
 */
export function createLink(runtime: Runtime, events: LinkEvents): Link {
  let port: RuntimePort | undefined;
  let wait = FIRST_WAIT;
  let ended = false;

  /** Every new port starts with all calls that are open. */
  function connect(): void {
    if (port !== undefined || ended) return;
    port = runtime.connect();
    if (port === undefined) {
      finish();
      return;
    }
    attach(port);
    for (const call of events.open()) send(call);
  }

  function attach(next: RuntimePort): void {
    next.onMessage((message) => {
      if (port !== next) return; // let go, or followed by another
      wait = FIRST_WAIT;
      if ((message as ToPage).kind === 'off') finish();
      else events.receive(message as ToPage);
    });
    next.onDisconnect(() => {
      if (port === next) lose();
    });
  }

  function send(call: PageCall): void {
    if (port?.post(call) === false) lose();
  }

  function lose(): void {
    port = undefined;
    if (events.open().length === 0 && runtime.alive()) return;
    setTimeout(connect, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  /** A nudge says that the background has no port of ours: one held here died unheard, as in the back/forward cache. */
  function replace(): void {
    port?.disconnect();
    port = undefined;
    connect();
  }

  function finish(): void {
    if (ended) return;
    ended = true;
    port?.disconnect();
    port = undefined;
    events.gone();
  }

  runtime.onWake(({ kind }) => {
    if (kind === 'off') finish();
    else replace();
  });
  runtime.onSuccessor(finish);

  return {
    post(call) {
      if (port === undefined) connect();
      else send(call);
    },
  };
}
