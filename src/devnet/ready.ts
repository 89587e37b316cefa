import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 30_000;
const PAUSE_MS = 50;

/**
 * Resolves once a GET of the URL is answered with success.
 * @throws after half a minute, with what came last as the cause
 */
export async function answers(url: string): Promise<void> {
  const late = AbortSignal.timeout(PATIENCE_MS);
  let last: unknown;
  while (!late.aborted) {
    try {
      const { ok, status } = await fetch(url, { signal: late });
      if (ok) return;
      last = new Error(`status ${String(status)}`);
    } catch (error) {
      last = error;
    }
    await pause(PAUSE_MS);
  }
  throw new Error(`${url} does not answer`, { cause: last });
}

/** A port of 127.0.0.1 that was free a moment ago, for a process that must be told its port before it starts. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('the probe has no port'));
        else resolve(address.port);
      });
    });
  });
}
