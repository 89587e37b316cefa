import { isDeepStrictEqual } from 'node:util';
import type { Tab } from '../../../scripts/journey/tab.ts';
import { until } from '../../../scripts/journey/wait.ts';

/** How a page is looked at: what a browser tells it of the window, the screen and the person's wishes. */
export interface Sight {
  readonly width: number;
  readonly height: number;
  /** Device pixels of a CSS pixel. */
  readonly scale: number;
  readonly dark: boolean;
  readonly forced: boolean;
  readonly still: boolean;
}

/** Whoever looks reads British English in London's winter, wherever the tests run. */
export const LANGUAGE = 'en-GB';
export const ZONE = 'UTC';

const PATIENCE = 10_000;

/**
 * Resolves once the page is looked at so. A browser may take a moment to tell it.
 * @throws Error if it is not: a test that looks for something in the dark must not see it in the light
 */
export async function lookedAt(tab: Tab, sight: Sight): Promise<void> {
  const wanted = { ...sight, language: LANGUAGE, zone: ZONE };
  let seen: unknown;
  await until(
    `the page is seen as ${JSON.stringify(wanted)}`,
    async () => {
      seen = await tab.evaluate(seenBy);
      if (isDeepStrictEqual(seen, wanted)) return true;
      throw new Error(`it is seen as ${JSON.stringify(seen)}`);
    },
    PATIENCE,
  );
}

function seenBy(): Sight & { language: string | undefined; zone: string } {
  const has = (feature: string) => matchMedia(`(${feature})`).matches;
  return {
    width: innerWidth,
    height: innerHeight,
    scale: devicePixelRatio,
    dark: has('prefers-color-scheme: dark'),
    forced: has('forced-colors: active'),
    still: has('prefers-reduced-motion: reduce'),
    language: navigator.languages[0],
    zone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}
