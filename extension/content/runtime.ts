import { PAGE_PORT, SUCCESSOR_EVENT, type Wake } from '../../src/protocol/page-wire.ts';

/** The little that the content script uses of the extension's runtime; both browsers have it without a polyfill. */
export interface Runtime {
  /** False once the extension that this script belongs to was updated or removed. */
  alive(): boolean;
  /** A port to the background, or undefined where that is gone for good. */
  connect(): RuntimePort | undefined;
  onWake(listener: (wake: Wake) => void): void;
  /** The updated extension put its own script into this page; this one is an orphan. */
  onSuccessor(listener: () => void): void;
}

export interface RuntimePort {
  /** False where the port turned out to be closed. */
  post(message: unknown): boolean;
  onMessage(listener: (message: unknown) => void): void;
  onDisconnect(listener: () => void): void;
  disconnect(): void;
}

export function extensionRuntime(page: EventTarget): Runtime {
  const { runtime } = (globalThis as { browser?: typeof chrome }).browser ?? chrome;
  // an orphan stays in its page, without an id
  const alive = () => (runtime as { id?: string }).id !== undefined;
  return {
    alive,
    connect() {
      try {
        return alive() ? wrap(runtime.connect({ name: PAGE_PORT }), runtime) : undefined;
      } catch (error) {
        if (alive()) throw error;
        return undefined; // it went away between the two
      }
    },
    onWake(listener) {
      runtime.onMessage.addListener((message: unknown) => {
        const { kind } = message as Wake;
        if (kind === 'wake' || kind === 'off') listener({ kind });
      });
    },
    onSuccessor(listener) {
      // the page can dispatch this too, so it is believed only by a script that is an orphan
      page.addEventListener(SUCCESSOR_EVENT, () => {
        if (!alive()) listener();
      });
    },
  };
}

function wrap(port: chrome.runtime.Port, runtime: typeof chrome.runtime): RuntimePort {
  return {
    post(message) {
      try {
        port.postMessage(message);
        return true;
      } catch {
        return false; // closed, e.g. while the page was in the back/forward cache
      }
    },
    onMessage: (listener) => port.onMessage.addListener(listener),
    onDisconnect: (listener) =>
      port.onDisconnect.addListener(() => {
        void runtime.lastError; // read, or the browser reports it: that ports end is no error here
        listener();
      }),
    disconnect: () => port.disconnect(),
  };
}
