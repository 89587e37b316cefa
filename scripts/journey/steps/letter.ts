import type { Person } from '../person.ts';
import { until } from '../wait.ts';

/** What Alice writes, and what Bob answers. */
export const LETTER = 'The ferry leaves at nine. I keep you a seat by the window.';
export const ANSWER = 'At nine, then. I bring the bread.';

/** The app in which they write. */
export const APP = 'Postcard';

/** Resolves once the person's icon shows this, and nothing else. */
export async function showsBadge({ displayName, browser }: Person, text: string): Promise<void> {
  await until(`${displayName}’s badge shows “${text}”`, async () => (await browser.badge()) === text);
}
