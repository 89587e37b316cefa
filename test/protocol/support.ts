import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { isLetterboxError } from '../../src/protocol/errors.ts';

/** Vectors are read as another implementation would: from the JSON alone. */
export function vectors<Shape>(section: string): Shape {
  return JSON.parse(readFileSync(new URL(`../vectors/${section}.json`, import.meta.url), 'utf8')) as Shape;
}

/** The stable code that the work fails with, or `accepted`; anything but a LetterboxError fails the test. */
export async function outcomeOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (isLetterboxError(error)) return error.code;
    throw error;
  }
  return 'accepted';
}

/** Like outcomeOf, where being accepted fails the test. */
export async function codeOf(work: () => unknown): Promise<string> {
  const outcome = await outcomeOf(work);
  expect(outcome).not.toBe('accepted');
  return outcome;
}
