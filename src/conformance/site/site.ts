import type { ServerResponse } from 'node:http';

/** What lies at a path: bytes, or what is done to the one who asks. */
export type Content = Uint8Array | ((response: ServerResponse) => void);

/** Buckets on one host, and who fetched what from them. */
export interface Site {
  /** Ends with a slash. */
  readonly url: string;
  /** @param url of the file, under this site's */
  put(url: string, content: Content): void;
  remove(url: string): void;
  /** How many times a file was asked for, there or not. */
  fetched(url: string): number;
  /** The most requests that were under way at once. */
  readonly atOnce: number;
  /** All requests so far. */
  readonly requests: number;
}

export interface ServedSite extends Site {
  /** Requests so far for files that are there: others can be meant for whoever had the port before. */
  readonly found: number;
  /** Answers for a path under the site. @param path without a leading slash */
  serve(path: string, response: ServerResponse): void;
}

export function createSite(url: string): ServedSite {
  const files = new Map<string, Content>();
  const asked = new Map<string, number>();
  let running = 0;
  let atOnce = 0;
  let requests = 0;
  let found = 0;

  return {
    url,
    put: (file, content) => void files.set(file, content),
    remove: (file) => void files.delete(file),
    fetched: (file) => asked.get(file) ?? 0,
    get atOnce() {
      return atOnce;
    },
    get requests() {
      return requests;
    },
    get found() {
      return found;
    },
    serve(path, response) {
      const file = `${url}${path}`;
      asked.set(file, (asked.get(file) ?? 0) + 1);
      requests += 1;
      running += 1;
      atOnce = Math.max(atOnce, running);
      response.once('close', () => (running -= 1));
      const content = files.get(file);
      if (content !== undefined) found += 1;
      if (content === undefined) response.writeHead(404).end();
      else if (typeof content === 'function') content(response);
      else response.writeHead(200, { 'content-type': 'application/json' }).end(content);
    },
  };
}
