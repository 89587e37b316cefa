/* oxlint-disable unicorn/prefer-code-point -- keys are ASCII, and code units are faster to get at */

/** 32 bits, FNV-1a, of the end: what keys have in common stands at their beginning. Anybody can make texts of one sum. */
export function sumOf(text: string): number {
  let sum = 0x811c9dc5;
  for (let at = Math.max(0, text.length - 12); at < text.length; at += 1)
    sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return sum >>> 0;
}
