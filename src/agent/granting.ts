import { LetterboxError } from '../protocol/errors.ts';
import type { Origin } from '../protocol/ids.ts';
import type { Context } from './context.ts';
import { holds, withoutPower, withPowers } from './grants.ts';
import type { Grants, Power, Powers } from './owner-api.ts';
import { tellApp } from './page-events.ts';
import { seconds } from './time.ts';

/** What the person lets a connected app do. @throws LetterboxError `not-connected` */
export async function grant(ctx: Context, app: Origin, powers: Powers): Promise<void> {
  const now = seconds(ctx.clock);
  await changeGrants(ctx, app, (grants) => withPowers(grants, powers, now));
}

/** Pages that could read are told; what was on its way to them is held up by the same word. */
export async function revoke(ctx: Context, app: Origin, power?: Power): Promise<void> {
  const now = seconds(ctx.clock);
  const before = await changeGrants(ctx, app, (grants) =>
    power === undefined ? {} : withoutPower(grants, power),
  );
  const couldRead = holds(before, 'read', now) && (power ?? 'read') === 'read';
  if (couldRead) tellApp(ctx, app, 'disconnect', { reason: 'revoked' });
}

/** @returns the grants before */
async function changeGrants(ctx: Context, app: Origin, change: (grants: Grants) => Grants): Promise<Grants> {
  const before = await ctx.store.write(['grants'], async (tx) => {
    const row = await tx.get('grants', app);
    if (row === undefined) throw new LetterboxError('not-connected', { app });
    await tx.put('grants', { ...row, grants: change(row.grants) });
    return row.grants;
  });
  ctx.notifier.changed();
  return before;
}
