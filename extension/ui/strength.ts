import { PASSPHRASE_MIN_LENGTH } from '../../src/agent/owner-wire.ts';

/** 0: too short to be taken. 1 to 4: weak, fair, strong, very strong. */
export type Strength = 0 | 1 | 2 | 3 | 4;

/** What a guesser who knows how people choose has to try for each character, in bits; more where kinds are mixed. */
const WORD_BITS = 2.5;
const MIXED_BITS = 4;
/** Bits from which a passphrase is fair, strong, very strong, with the million steps that each guess costs besides. */
const FAIR = 32;
const STRONG = 45;
const VERY_STRONG = 60;

/** A rough measure, for advice only: what repeats or runs on counts little. */
export function strengthOf(passphrase: string): Strength {
  if (passphrase.length < PASSPHRASE_MIN_LENGTH) return 0;
  const counted = Array.from(passphrase).filter((_, index, all) => !continues(all, index)).length;
  const isMixed = /\p{L}/u.test(passphrase) && /[^\p{L}\s]/u.test(passphrase);
  const bits = counted * (isMixed ? MIXED_BITS : WORD_BITS);
  if (bits < FAIR) return 1;
  if (bits < STRONG) return 2;
  return bits < VERY_STRONG ? 3 : 4;
}

/** The same as the one before, or the next in the alphabet or the row of digits. */
function continues(characters: readonly string[], index: number): boolean {
  const step = (characters[index]?.codePointAt(0) ?? 0) - (characters[index - 1]?.codePointAt(0) ?? -9);
  return Math.abs(step) <= 1;
}
