import { LetterboxError, errorToWire, isLetterboxError } from '../../src/protocol/errors.ts';
import { parseOrigin } from '../../src/protocol/ids.ts';
import { ORIGINS, type OriginsAnswer, type OriginsRequest, type Sites } from './origins-wire.ts';

/** The background's half of the wire; parsing needs what no view should have to load. */

/** @throws LetterboxError `malformed | not-allowed` */
export function parseOriginsRequest(message: object): OriginsRequest {
  const { method, origin } = message as Record<string, unknown>;
  if (method === 'sites' || method === 'enableEverywhere' || method === 'disableEverywhere')
    return { to: ORIGINS, method };
  if (method === 'enable' || method === 'disable')
    return { to: ORIGINS, method, origin: parseOrigin(origin) };
  throw new LetterboxError('not-allowed', { method: String(method).slice(0, 32) });
}

/** Wraps what an answer comes to. Never rejects; what is no LetterboxError is also reported as a fault of ours. */
export async function toOriginsAnswer(call: () => Promise<Sites>): Promise<OriginsAnswer> {
  try {
    return { ok: await call() };
  } catch (error) {
    if (!isLetterboxError(error)) reportError(error);
    return { error: errorToWire(error) };
  }
}
