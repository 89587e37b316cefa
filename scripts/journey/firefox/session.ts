import type { Browser } from 'puppeteer-core';

/** WebDriver BiDi as Firefox speaks it: https://w3c.github.io/webdriver-bidi/ and Firefox's own `moz:` additions. */
export interface Session {
  /** @throws Error what the browser answers, or that it is gone */
  send(method: string, params: object): Promise<Values>;
}

export type Values = Readonly<Record<string, unknown>>;

interface Connection {
  send(method: string, params: object): Promise<{ result: Values }>;
}

/**
 * The session beneath Puppeteer, which launches Firefox and keeps it. Its own pages are of no use here: in those of an
 * extension they wait for what Firefox never reports, and they know nothing of the privileged `moz:scope`. A browser
 * grants one session only, so its connection is shared; Puppeteer's types do not name it.
 */
export function sessionOf(browser: Browser): Session {
  const { connection } = browser as unknown as { connection?: Connection };
  if (connection === undefined) throw new Error('this version of puppeteer-core has no BiDi connection');
  return {
    send: async (method, params) => (await connection.send(method, params)).result,
  };
}
