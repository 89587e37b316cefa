import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { openBucket, type BucketClient, type BucketOptions } from '../../src/gaia/bucket.ts';
import type { Web } from '../../src/gaia/web.ts';
import { allowLoopback, parseOrigin, parsePrivateKey } from '../../src/protocol/ids.ts';
import type { Clock, Fetch, Random } from '../../src/protocol/ports.ts';
import { isLetterboxError, type LetterboxError } from '../../src/protocol/errors.ts';
import { KEY, NOW } from '../devnet/hub/hub-client.ts';

export const APP = parseOrigin('https://someawesome.app');

/** The platform's own fetch behind the port. */
export const nodeFetch: Fetch = (url, init) => fetch(url, init as RequestInit);
export const random: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) };
/** Stands still where the hubs of the tests stand. */
export const clock: Clock = { now: () => NOW * 1000 };
export const web: Web = { fetch: nodeFetch, [allowLoopback]: true };

export function open(hub: { origin: string }, options: Partial<BucketOptions> = {}): Promise<BucketClient> {
  return openBucket({
    ...web,
    hubUrl: hub.origin,
    privateKey: parsePrivateKey(KEY),
    clock,
    random,
    ...options,
  });
}

/** A server that does what the test says. `seen` holds every request as `METHOD /path`. */
export async function startRogue(
  handle: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<{ origin: string; seen: string[] }> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
    handle(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${String(port)}`, seen };
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

/** What a call gives, or throws. */
export function outcomeOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}

/** The error that a promise ends with; fails where it does not. */
export async function failure(promise: Promise<unknown>): Promise<LetterboxError> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome && isLetterboxError(outcome.error)) return outcome.error;
  throw new Error(`expected a LetterboxError, got ${JSON.stringify(outcome)}`, { cause: outcome });
}
