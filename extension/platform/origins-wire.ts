import { errorFromWire, type WireError } from '../../src/protocol/errors.ts';
import type { Origin } from '../../src/protocol/ids.ts';

/** What our own views ask of the background about the sites where Letterbox is on. The views' half of it. */
export const ORIGINS = 'origins';

export type OriginsRequest =
  | { readonly to: typeof ORIGINS; readonly method: 'enable' | 'disable'; readonly origin: Origin }
  | { readonly to: typeof ORIGINS; readonly method: 'sites' | 'enableEverywhere' | 'disableEverywhere' };

/** Where Letterbox is on, as the views' world has it (ui/world.ts). */
export interface Sites {
  readonly on: readonly Origin[];
  readonly withheld: readonly Origin[];
  readonly everywhere: 'off' | 'on' | 'withheld';
}

export type OriginsAnswer = { readonly ok: Sites } | { readonly error: WireError };

/** @throws LetterboxError what the background says */
export function openOriginsAnswer(answer: unknown): Sites {
  const { ok, error } = answer as { ok?: Sites; error?: unknown };
  if (ok === undefined) throw errorFromWire(error);
  return ok;
}
