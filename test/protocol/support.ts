import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { isLetterboxError } from '../../src/protocol/errors.ts';

/** Vectors are read as another implementation would: from the JSON alone. */
export function vectors<Shape>(section: string): Shape {
  return JSON.parse(readFileSync(new URL(`../vectors/${section}.json`, import.meta.url), 'utf8')) as Shape;
}

/** The stable code that the work fails with; anything but a LetterboxError fails the test. */
export async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (isLetterboxError(error)) return error.code;
    throw error;
  }
  return expect.unreachable('nothing was refused');
}
