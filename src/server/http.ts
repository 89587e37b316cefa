import type { Address } from '../protocol/ids.ts';
import type { ServerContext } from './context.ts';

/** A request as it came, before anything of it is believed. */
export interface Asked {
  readonly method: string;
  /** As the request line has it: path and query, or a whole URL. */
  readonly target: string;
  /** Where it came from, as src/server/network.ts networkOf. */
  readonly network: string;
  /** @param name in lower case */
  readonly header: (name: string) => string | undefined;
  /**
   * The body, read no further than the limit.
   * @param limit in bytes
   * @throws LetterboxError `too-large`, `malformed` where it ends early
   */
  readonly body: (limit: number) => Promise<Uint8Array>;
}

/** What goes back over the wire. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text?: string;
}

/** A request on its way through a route. */
export interface Exchange {
  readonly context: ServerContext;
  readonly asked: Asked;
  /** Of its URL: empty, or from the question mark on. */
  readonly search: string;
}

/** A request about one inbox. */
export interface InboxExchange extends Exchange {
  readonly address: Address;
}

/** What a route answers: JSON, a text, or nothing. */
export interface Answer {
  readonly status: number;
  readonly body?: object;
  /** Instead of a body; its type is told by the headers. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const NO_CONTENT: Answer = { status: 204 };
