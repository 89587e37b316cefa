import { LetterboxError } from '../protocol/errors.ts';
import type { Address } from '../protocol/ids.ts';
import { disconnect } from './apps.ts';
import type { Context } from './context.ts';

/**
 * Begins to delete what is kept of an inbox: the app is disconnected, its storage and its servers are told, and then its
 * rows go. Of one that was disconnected before nobody has to be told.
 * @throws LetterboxError `malformed` for an inbox of which nothing is kept
 */
export async function eraseApp(ctx: Context, inbox: Address, how: 'leave' | 'now'): Promise<void> {
  const row = await ctx.store.read(['inboxes'], (tx) => tx.get('inboxes', inbox));
  if (row === undefined) throw new LetterboxError('malformed', { what: 'inbox', problem: 'unknown' });
  if (row.state !== 'closed') return disconnect(ctx, inbox, how);
  await ctx.store.write(['inboxes'], async (tx) => {
    const current = await tx.get('inboxes', inbox);
    if (current?.state === 'closed') await tx.put('inboxes', { ...current, state: 'closing', erase: 'now' });
  });
  ctx.notifier.changed();
  ctx.kick();
}
