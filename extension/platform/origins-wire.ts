import { errorFromWire, type WireError } from '../../src/protocol/errors.ts';
import type { Origin } from '../../src/protocol/ids.ts';

/** What our own views ask of the background about the sites where Letterbox is on. The views' half of it. */
export const ORIGINS = 'origins';

export type OriginsRequest =
  | { readonly to: typeof ORIGINS; readonly method: 'enable' | 'disable'; readonly origin: Origin }
  | { readonly to: typeof ORIGINS; readonly method: 'enabled' };

export type OriginsAnswer = { readonly ok: readonly Origin[] } | { readonly error: WireError };

/** @throws LetterboxError what the background says */
export function openOriginsAnswer(answer: unknown): readonly Origin[] {
  const { ok, error } = answer as { ok?: readonly Origin[]; error?: unknown };
  if (ok === undefined) throw errorFromWire(error);
  return ok;
}
