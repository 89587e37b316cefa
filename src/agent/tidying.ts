import type { Context } from './context.ts';
import { forgetDeclined } from './quiet.ts';
import { seconds } from './time.ts';

const DAY_SECONDS = 86_400;
const PORTION = 500;

/** Deliveries that no server lists any more, what they led to stays; and declines that no others are in a row with. */
export async function tidy(ctx: Context): Promise<void> {
  const now = seconds(ctx.clock);
  const upTo = now - DAY_SECONDS;
  await ctx.store.write(['deliveries'], async (tx) => {
    const old = await tx.list('deliveries', { index: 'expires', upTo, limit: PORTION });
    for (const { inbox, server, from, delivery } of old) {
      await tx.delete('deliveries', [inbox, server, from, delivery]);
    }
  });
  await ctx.store.write(['declines'], (tx) => forgetDeclined(tx, now));
}
