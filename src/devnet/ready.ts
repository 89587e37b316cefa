import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 30_000;
const PAUSE_MS = 25;

/**
 * Resolves once a GET of the URL is answered with a status below 500.
 * @throws if `gone` is aborted, with its reason, or after half a minute
 */
export async function answers(url: string, gone: AbortSignal = new AbortController().signal): Promise<void> {
  const late = AbortSignal.any([gone, AbortSignal.timeout(PATIENCE_MS)]);
  let last: unknown = 'no answer';
  while (!late.aborted) {
    try {
      const { status } = await fetch(url, { signal: late });
      if (status < 500) return;
      last = `status ${String(status)}`;
    } catch (error) {
      last = error;
    }
    await pause(PAUSE_MS);
  }
  if (gone.aborted) throw gone.reason;
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
