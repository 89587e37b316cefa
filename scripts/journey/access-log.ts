import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

/** A request that reached an HTTP server of this process. */
export interface ServedRequest {
  readonly method: string;
  /** With the origin by which it was asked for. */
  readonly url: string;
  /** What the caller calls itself. */
  readonly agent: string;
}

/** An access log of what this process serves: the embedded hub's, as its operator would see it. */
export interface AccessLog {
  /** What was asked for under this URL, in order. */
  under(url: string): readonly ServedRequest[];
  stop(): void;
}

const CHANNEL = 'http.server.request.start';

/** Writes down every request from now on. */
export function startAccessLog(): AccessLog {
  const served: ServedRequest[] = [];
  const note = (message: unknown): void => {
    const { request } = message as { request: IncomingMessage };
    served.push({
      method: request.method ?? '',
      url: `http://${request.headers.host ?? ''}${request.url ?? ''}`,
      agent: request.headers['user-agent'] ?? '',
    });
  };
  subscribe(CHANNEL, note);
  return {
    under: (url) => served.filter((request) => request.url.startsWith(url)),
    stop: () => {
      unsubscribe(CHANNEL, note);
    },
  };
}
