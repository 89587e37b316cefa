import { opening } from './extension/opening.ts';
import type { Area } from './frame/area.ts';

/**
 * The extension in real browsers, its worker being the product's, beside which the bench asks for the same parts bare.
 * Each part can be measured by itself: `npm run bench -- extension --only decrypt`.
 */
export const areas: Readonly<Record<string, Area>> = {
  decrypt: opening('chromium', 'extension/decrypt-vs-stacks'),
  'decrypt-firefox': opening('firefox', 'extension/decrypt-vs-stacks, Firefox'),
};
