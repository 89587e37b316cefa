import type { LetterboxApi } from '../../src/protocol/page-api.ts';

/**
 * Puts the API at `window.letterbox`, where no script can replace it. A page that has its own `letterbox` keeps it, and
 * finds ours by discovery (docs/page-api.md#discovery).
 */
export function install(page: Window, letterbox: LetterboxApi): void {
  if (Object.hasOwn(page, 'letterbox')) return;
  Object.defineProperty(page, 'letterbox', { value: letterbox, enumerable: true });
}
