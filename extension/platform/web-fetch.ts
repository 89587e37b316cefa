import type { Fetch } from '../../src/protocol/ports.ts';

/** The browser's fetch, never with cookies and never with a referrer. */
export const webFetch: Fetch = (url, init = {}) =>
  fetch(url, {
    ...init,
    body: init.body as BodyInit | undefined as BodyInit,
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
  });
