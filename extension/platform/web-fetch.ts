import type { Fetch } from '../../src/protocol/ports.ts';

/** Milliseconds for a whole exchange, body included: longer than any deadline that a caller sets, so a last resort. */
const LIMIT = 120_000;

/** The browser's fetch: never with cookies, never with a referrer, never for ever. */
export const webFetch: Fetch = (url, init = {}) => {
  const limit = AbortSignal.timeout(LIMIT);
  return fetch(url, {
    ...init,
    body: init.body as BodyInit | undefined as BodyInit,
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    signal: init.signal === undefined ? limit : AbortSignal.any([init.signal, limit]),
  });
};
