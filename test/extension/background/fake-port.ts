/** A runtime port as the background sees it. */
export interface FakePort {
  readonly sender: unknown;
  /** What was posted to the page. */
  readonly posted: Record<string, unknown>[];
  readonly onMessage: { addListener(listener: (message: unknown) => void): void };
  readonly onDisconnect: { addListener(listener: () => void): void };
  postMessage(message: unknown): void;
  disconnect(): void;
  /** The page says something. */
  say(message: unknown): void;
  /** The page, or the browser, ends it. */
  end(): void;
  closed: boolean;
}

export function fakePort(sender: unknown): FakePort {
  const listeners: ((message: unknown) => void)[] = [];
  const enders: (() => void)[] = [];
  return {
    sender,
    posted: [],
    closed: false,
    onMessage: { addListener: (listener) => listeners.push(listener) },
    onDisconnect: { addListener: (listener) => enders.push(listener) },
    postMessage(message) {
      if (this.closed) throw new Error('Attempting to use a disconnected port object');
      this.posted.push(message as Record<string, unknown>);
    },
    disconnect() {
      this.closed = true;
    },
    say: (message) => listeners.forEach((listener) => listener(message)),
    end() {
      this.closed = true;
      enders.forEach((listener) => listener());
    },
  };
}
