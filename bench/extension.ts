import { awakeShare } from './extension/awake.ts';
import { data } from './extension/data.ts';
import { firstSync } from './extension/first-sync.ts';
import { hintToBadge } from './extension/hint.ts';
import { opening } from './extension/opening.ts';
import { pageCost } from './extension/page-cost.ts';
import type { Area } from './frame/area.ts';

/**
 * The extension in real browsers, its worker being the product's, beside which the bench asks for the same parts bare.
 * Each part can be measured by itself: `npm run bench -- extension --only decrypt`.
 */
export const areas: Readonly<Record<string, Area>> = {
  decrypt: opening('chromium', 'extension/decrypt-vs-stacks'),
  'decrypt-firefox': opening('firefox', 'extension/decrypt-vs-stacks, Firefox'),
  'first-sync': firstSync('chromium', 1000, 5),
  'first-sync-firefox': firstSync('firefox', 1000, 5),
  'first-sync-10000': firstSync('chromium', 10_000, 3),
  'page-cost': pageCost('chromium'),
  'page-cost-firefox': pageCost('firefox'),
  'hint-to-badge': hintToBadge('chromium'),
  'hint-to-badge-firefox': hintToBadge('firefox'),
  'awake-share': awakeShare('chromium'),
  'awake-share-firefox': awakeShare('firefox'),
  data,
};
