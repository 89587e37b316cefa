import {
  LetterboxError,
  errorFromWire,
  errorToWire,
  isLetterboxError,
  type WireError,
} from '../../src/protocol/errors.ts';
import { parseOrigin, type Origin } from '../../src/protocol/ids.ts';

/** What our own views ask of the background about the sites where Letterbox is on. */
export const ORIGINS = 'origins';

export type OriginsRequest =
  | { readonly to: typeof ORIGINS; readonly method: 'enable' | 'disable'; readonly origin: Origin }
  | { readonly to: typeof ORIGINS; readonly method: 'enabled' };

export type OriginsAnswer = { readonly ok: readonly Origin[] } | { readonly error: WireError };

/** @throws LetterboxError `malformed | not-allowed` */
export function parseOriginsRequest(message: object): OriginsRequest {
  const { method, origin } = message as Record<string, unknown>;
  if (method === 'enabled') return { to: ORIGINS, method };
  if (method === 'enable' || method === 'disable')
    return { to: ORIGINS, method, origin: parseOrigin(origin) };
  throw new LetterboxError('not-allowed', { method: String(method).slice(0, 32) });
}

/** Wraps what an answer comes to. Never rejects; what is no LetterboxError is also reported as a fault of ours. */
export async function toOriginsAnswer(call: () => Promise<readonly Origin[]>): Promise<OriginsAnswer> {
  try {
    return { ok: await call() };
  } catch (error) {
    if (!isLetterboxError(error)) reportError(error);
    return { error: errorToWire(error) };
  }
}

/** @throws LetterboxError what the background says */
export function openOriginsAnswer(answer: unknown): readonly Origin[] {
  const { ok, error } = answer as { ok?: readonly Origin[]; error?: unknown };
  if (ok === undefined) throw errorFromWire(error);
  return ok;
}
