import type { LetterboxApi } from '../../src/protocol/page-api.ts';

/**
 * Puts the API at `window.letterbox`. A page that has a `letterbox` of its own keeps it, and finds ours by discovery
 * (docs/page-api.md).
 */
export function install(page: Window, letterbox: LetterboxApi): void {
  if (Object.hasOwn(page, 'letterbox')) return;
  // configurable: a script that declares a `letterbox` of its own would not run at all otherwise
  Object.defineProperty(page, 'letterbox', { value: letterbox, enumerable: true, configurable: true });
}
