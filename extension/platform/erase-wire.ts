import type { WireError } from '../../src/protocol/errors.ts';

/** What our own views ask of the background when everything is to go. */
export const ERASE = 'erase';

export type EraseAnswer = { readonly erased: true } | { readonly error: WireError };
