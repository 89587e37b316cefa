import { inspect } from 'node:util';
import type { StepFailed, StepResult } from './play.ts';

const NAME_WIDTH = 78;

/** One line a step: `✓ name  milliseconds`. */
export function stepLine({ name, ok, ms }: StepResult): string {
  return `  ${ok ? '✓' : '✗'} ${name.padEnd(NAME_WIDTH)} ${String(Math.round(ms)).padStart(6)} ms`;
}

/** What failed and why, for a person. */
export function failureText({ step, cause }: StepFailed): string {
  const why = cause instanceof Error ? causes(cause).join('\n') : inspect(cause);
  return `\nThe journey stopped at: ${step}\n\n${why}\n`;
}

/** An error, where it happened, and what it came of. */
function causes(error: Error): string[] {
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? [own, 'caused by', ...causes(error.cause)] : [own];
}
