import type { Channel } from '../../src/client/channel.ts';
import { HANDOFF_EVENT, HELLO_EVENT, type Liveness } from '../../src/protocol/page-wire.ts';
import { takeGetter, takeMethod } from './intrinsics.ts';

/**
 * The MAIN world's end of the bridge. The isolated script hands a MessagePort over in an event that goes no further;
 * both sides do so before any script of the page runs, so no other script sees the port.
 *
 *     no port ── port event ──> port ── `off` ──> no port      (the extension was updated, or turned off and on here)
 *                               port ── another is offered, and this one is silent ──> no port
 */
export interface Bridge extends Channel {
  /** Asks for the port; calls back whenever one came. */
  onPort(taken: () => void): void;
}

const listen = takeMethod(EventTarget.prototype, 'addEventListener');
const dispatch = takeMethod(EventTarget.prototype, 'dispatchEvent');
const stop = takeMethod(Event.prototype, 'stopImmediatePropagation');
const cancel = takeMethod(Event.prototype, 'preventDefault');
const post = takeMethod(MessagePort.prototype, 'postMessage');
const open = takeMethod(MessagePort.prototype, 'start');
const close = takeMethod(MessagePort.prototype, 'close');
const portsOf = takeGetter(MessageEvent.prototype, 'ports');
const dataOf = takeGetter(MessageEvent.prototype, 'data');
const Hello = Event;
const later = globalThis.setTimeout;
/** How often a script that is doubted is asked, with milliseconds in between: its turn comes, however busy the page. */
const QUESTIONS = 5;
const PAUSE = 200;

export function createBridge(page: EventTarget): Bridge {
  let port: MessagePort | undefined;
  let receive: ((message: unknown) => void) | undefined;
  let taken: (() => void) | undefined;
  let doubted = false;
  let heard = false;

  function take(event: Event): void {
    if (port !== undefined) {
      doubt(event);
      return;
    }
    const ports = portsOf(event) as readonly MessagePort[];
    port = ports[0]; // by index: the page can rewrite what destructuring uses
    if (port === undefined) return;
    stop(event);
    cancel(event);
    listen(port, 'message', onMessage);
    open(port);
    taken?.();
  }

  function onMessage(event: Event): void {
    const message = dataOf(event) as { readonly kind: string };
    heard = true;
    if (message.kind === 'pong') return;
    if (message.kind === 'off') lose();
    else receive?.(message);
  }

  /**
   * Another port while one is held: a forgery, unless the script at the other end is gone without a word, as Firefox has
   * it when the extension is updated. The offer goes no further, and is made again once this port is let go.
   */
  function doubt(event: Event): void {
    stop(event);
    if (doubted) return;
    doubted = true;
    heard = false;
    question(QUESTIONS);
  }

  function question(left: number): void {
    if (!heard && left > 0 && port !== undefined) {
      post(port, { kind: 'ping' } satisfies Liveness);
      later(() => question(left - 1), PAUSE);
      return;
    }
    doubted = false;
    if (!heard && port !== undefined) lose();
  }

  /**
   * The script at the other end is gone; its successor may be waiting. The calls that are open end on this side: the
   * script cannot answer one that was on its way when it left.
   */
  function lose(): void {
    receive?.({ kind: 'lost' });
    if (port !== undefined) close(port);
    port = undefined;
    greet();
  }

  function greet(): void {
    dispatch(page, new Hello(HELLO_EVENT));
  }

  listen(page, HANDOFF_EVENT, take, true);

  return {
    start(receiver) {
      receive = receiver;
    },
    post(call) {
      if (port === undefined) return false;
      post(port, call);
      return true;
    },
    onPort(callback) {
      taken = callback;
      greet();
    },
  };
}
