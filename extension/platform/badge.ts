import browser from 'webextension-polyfill';
import type { BadgeState } from './badge-state.ts';

const BACKGROUND = '#0b3527';
const TEXT = '#ffffff';
const ICON_SIZES = [16, 32] as const;

/** After the design page: the badge and the icon beneath it. */
export async function showBadge({ text, icon }: BadgeState): Promise<void> {
  const path = Object.fromEntries(ICON_SIZES.map((size) => [size, `/icons/${icon}-${size}.png`]));
  await Promise.all([
    browser.action.setBadgeBackgroundColor({ color: BACKGROUND }),
    browser.action.setBadgeTextColor({ color: TEXT }),
    browser.action.setBadgeText({ text }),
    browser.action.setIcon({ path }),
  ]);
}
