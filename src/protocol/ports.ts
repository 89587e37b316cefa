/** What time and randomness are to Letterbox: plain arguments, so that a simulation can own them. */

export interface Clock {
  /** Unix time in milliseconds. */
  now(): number;
}

/** Calls back once, later; the returned function calls it off. */
export interface Timer {
  after(milliseconds: number, call: () => void): () => void;
}

export interface Random {
  /** `length` unpredictable bytes. */
  bytes(length: number): Uint8Array;
}

/** The one way out to the network: the standard `fetch`, narrowed to what Letterbox uses of it. */
export type Fetch = (url: string, init?: FetchInit) => Promise<FetchResponse>;

export interface FetchInit {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  redirect?: 'error';
  credentials?: 'omit';
  referrerPolicy?: 'no-referrer';
  cache?: 'no-store';
  signal?: AbortSignal;
}

export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** The body as it arrives, so that a reader can stop at its cap; null where there is none. */
  readonly body: ByteStream | null;
}

/** The part of a web ReadableStream that Letterbox reads. */
export interface ByteStream {
  getReader(): {
    read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
    cancel(reason?: unknown): Promise<void>;
  };
}
