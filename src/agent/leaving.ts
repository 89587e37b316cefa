import { isLetterboxError, type LetterboxError } from '../protocol/errors.ts';
import type { Context } from './context.ts';
import { comeBack } from './link-rows.ts';
import type { OpenInbox } from './open-inbox.ts';
import type { LinkRow } from './rows.ts';
import { pull } from './sync.ts';
import { DAY } from './time.ts';
import { transportFor } from './transport-for.ts';

/**
 * How a server that is no longer preferred is left.
 *
 *     open ── dropped from the order ──> leaving ── overlap over, record published ──> last pull, leave ──> forgotten
 *      ^ ──────── put back ───────────────┘
 */

/** Senders go by the record that they read last, and one that was down for weeks by an old one: as long as mail is kept. */
export const OVERLAP = 30 * DAY;
/** A server that does not even let itself be left has erased everything by itself long before its retention is over. */
const GIVE_UP_AFTER = 30 * DAY;

/** The overlap is over. */
export function isToLeave({ stage, overlap }: LinkRow, now: number): boolean {
  return stage === 'leaving' && (overlap?.until ?? 0) <= now;
}

/** What waits there is fetched first: leaving erases it. */
export async function leave(ctx: Context, open: OpenInbox, link: LinkRow): Promise<void> {
  if (ctx.transports.some(({ type }) => type === link.entry.type)) {
    const transport = transportFor(ctx, link.entry);
    const isAll = link.enrolledSeq === undefined || (await pull(ctx, open, link, transport));
    if (!isAll) return comeBack(ctx, link);
    await transport.leave(link.entry, open.caller);
  } // else nobody was ever enrolled there
  await forget(ctx, link);
}

/** It knows nothing of us, or left it is only in name: it has been out of reach for longer than it keeps anything. */
export function hasNothingLeft({ clock }: Context, link: LinkRow, problem: LetterboxError): boolean {
  if (link.stage === 'open') return false;
  if (isLetterboxError(problem, 'not-enrolled')) return true; // left before, and the answer was lost
  return link.overlap !== undefined && clock.now() - link.overlap.until > GIVE_UP_AFTER;
}

/** Where the person has put it back meanwhile, it is one to be enrolled at anew. */
export async function forget({ store, clock }: Context, { inbox, server, entry }: LinkRow): Promise<void> {
  await store.write(['links', 'deliveries'], async (tx) => {
    const current = await tx.get('links', [inbox, server]);
    for (const { from, delivery } of await tx.list('deliveries', { prefix: [inbox, server] })) {
      await tx.delete('deliveries', [inbox, server, from, delivery]);
    }
    const retry = { attempts: 0, nextTry: clock.now() };
    if (current?.stage === 'open') await tx.put('links', { inbox, server, entry, stage: 'open', retry });
    else await tx.delete('links', [inbox, server]);
  });
}
