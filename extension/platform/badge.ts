import browser from 'webextension-polyfill';
import type { BadgeState } from './badge-state.ts';

const BACKGROUND = '#0b3527';
const TEXT = '#ffffff';
const ICON_SIZES = [16, 32] as const;

/** Shows a state on the toolbar, after the design page; what is shown already is not drawn again. */
export function createBadge(): (state: BadgeState) => Promise<void> {
  let shown: BadgeState | undefined;
  return async (state) => {
    if (shown?.text === state.text && shown.icon === state.icon) return;
    shown = undefined; // until all of it is
    await draw(state);
    shown = state;
  };
}

async function draw({ text, icon }: BadgeState): Promise<void> {
  const path = Object.fromEntries(ICON_SIZES.map((size) => [size, `/icons/${icon}-${size}.png`]));
  await Promise.all([
    browser.action.setBadgeBackgroundColor({ color: BACKGROUND }),
    browser.action.setBadgeTextColor({ color: TEXT }),
    browser.action.setBadgeText({ text }),
    browser.action.setIcon({ path }),
  ]);
}
