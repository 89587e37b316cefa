import { LetterboxError } from '../protocol/errors.ts';
import type { Origin } from '../protocol/ids.ts';
import type { Context } from './context.ts';
import type { DeclineRow } from './decline-row.ts';
import type { QuietApp } from './owner-api.ts';

import type { Reading, Writing } from './store.ts';
import { DAY, HOUR } from './time.ts';

/**
 * An app that was declined again and again asks no more for a while: no window comes up for it.
 *
 *     asks ──declined──> once ──declined──> twice ──declined──> quiet ──an hour──> asks, and a decline makes it quiet again
 *      ^────── agreed, a day without a decline, or the person lets it ask ─────────┘
 *
 * In a table that is not sealed: a locked agent brings up no window for such an app either.
 */
const DECLINES = 3;
const QUIET_FOR = HOUR / 1000;
const IN_A_ROW_WITHIN = DAY / 1000;

/**
 * Before anything is looked up for a question.
 * @param now in Unix seconds
 * @throws LetterboxError `quiet`
 */
export async function requireNotQuiet(
  tx: Reading<'declines'>,
  app: Origin,
  { method, now }: { method: string; now: number },
): Promise<void> {
  const row = await tx.get('declines', app);
  if (row === undefined || !isQuiet(row, now)) return;
  throw new LetterboxError('quiet', { method, after: row.quietUntil - now });
}

/** However many questions of an app were declined with one word, it was declined once. */
export async function noteDeclined(
  tx: Writing<'declines'>,
  apps: Iterable<Origin>,
  now: number,
): Promise<void> {
  for (const app of new Set(apps)) {
    const row = await tx.get('declines', app);
    const isInARow = row !== undefined && now - row.at < IN_A_ROW_WITHIN;
    const inARow = (isInARow ? row.inARow : 0) + 1;
    const quiet = inARow >= DECLINES ? { quietUntil: now + QUIET_FOR } : {};
    await tx.put('declines', { app, inARow, at: now, ...quiet });
  }
}

export async function noteAgreed(tx: Writing<'declines'>, app: Origin): Promise<void> {
  await tx.delete('declines', app);
}

/** Which apps were declined is kept no longer than it counts. */
export async function forgetDeclined(tx: Writing<'declines'>, now: number): Promise<void> {
  for (const row of await tx.list('declines')) {
    if (now - row.at >= IN_A_ROW_WITHIN && !isQuiet(row, now)) await tx.delete('declines', row.app);
  }
}

export async function quietApps(tx: Reading<'declines'>, now: number): Promise<readonly QuietApp[]> {
  const rows = await tx.list('declines');
  return rows.flatMap((row) => (isQuiet(row, now) ? [{ app: row.app, until: row.quietUntil }] : []));
}

/** The person wants to be asked again, now. */
export async function letAsk(ctx: Context, app: Origin): Promise<void> {
  await ctx.store.write(['declines'], (tx) => tx.delete('declines', app));
  ctx.notifier.changed();
}

function isQuiet(row: DeclineRow, now: number): row is DeclineRow & { readonly quietUntil: number } {
  return row.quietUntil !== undefined && now < row.quietUntil;
}
