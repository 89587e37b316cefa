import type { Caller, Transport } from '../protocol/transport.ts';
import type { RequestToken } from '../protocol/tokens.ts';
import type { Context } from './context.ts';
import type { CountRow } from './count-row.ts';
import { readUnread } from './counters.ts';
import type { OpenInbox } from './open-inbox.ts';
import { expected } from './outlook.ts';
import type { LinkRow } from './rows.ts';
import { placesOf, readSettings } from './settings.ts';
import type { Reading, Writing } from './store.ts';
import { DAY, later, POLL_INTERVAL } from './time.ts';
import { transportFor } from './transport-for.ts';

/** They live for 30 days: whoever unlocks once in three weeks does not miss one. */
const RENEWED_AFTER = 9 * DAY;
const NOW = { attempts: 0, nextTry: 0 };

/**
 * Keeps a token for the server's count, as soon as there is a vault that can be locked; what was counted while it was is
 * over. docs/protocol.md#5
 */
export async function keepCount(
  ctx: Context,
  open: OpenInbox,
  link: LinkRow,
  transport: Transport,
): Promise<void> {
  const { inbox, server, entry } = link;
  const { app, bucket } = open.row;
  const now = ctx.clock.now();
  const known = await ctx.store.read(['counts'], (tx) => tx.get('counts', [inbox, server]));
  const isFresh = known?.bucket === bucket && now - known.madeAt < RENEWED_AFTER;
  if ((isFresh && known.unread === undefined) || (await ctx.vault.state()).state !== 'open') return;
  const made = isFresh ? known : { token: await tokenFor(open, link, transport), madeAt: now };
  const { token, madeAt } = made;
  if (token === undefined) return; // a transport that counts without one
  await ctx.store.write(['inboxes', 'links', 'counts'], async (tx) => {
    const kept = { inbox, server, entry, app, bucket, token, madeAt, retry: NOW };
    if (await isCounted(tx, kept)) await tx.put('counts', kept);
  });
}

/** Made by the server's clock, and seen to work. */
async function tokenFor(
  { caller }: OpenInbox,
  { entry }: LinkRow,
  transport: Transport,
): Promise<RequestToken | undefined> {
  const tokens: RequestToken[] = [];
  const authorize: Caller['authorize'] = (request) => {
    const token = caller.authorize(request);
    tokens.push(token);
    return token;
  };
  await transport.count(entry, { ...caller, authorize });
  return tokens.at(-1);
}

/** Asks the servers how much waits, with the tokens that were kept for it: all that a locked agent can do. */
export async function countWaiting(ctx: Context): Promise<void> {
  const now = ctx.clock.now();
  const rows = await ctx.store.read(['counts'], (tx) => tx.list('counts'));
  await Promise.all(rows.filter(({ retry }) => retry.nextTry <= now).map((row) => countOne(ctx, row)));
}

async function countOne(ctx: Context, row: CountRow): Promise<void> {
  const { inbox: address, server, entry, app, bucket, token } = row;
  const places = placesOf(await readSettings(ctx.store));
  const caller: Caller = { address, app, bucket, places, authorize: () => token };
  let counted: Pick<CountRow, 'unread' | 'retry'>;
  try {
    const { unread } = await transportFor(ctx, entry).count(entry, caller);
    counted = { unread, retry: { attempts: 0, nextTry: ctx.clock.now() + POLL_INTERVAL } };
  } catch (error) {
    const { context } = expected(error);
    const after = 'after' in context ? context.after : undefined;
    counted = { retry: later(ctx, row.retry.attempts, after) };
  }
  await ctx.store.write(['counts'], async (tx) => {
    const current = await tx.get('counts', [address, server]);
    if (current !== undefined) await tx.put('counts', { ...current, ...counted });
  });
  ctx.notifier.changed();
}

/** How much waits by the servers' last word; for an inbox of which none has said anything yet, what is unread here. */
export async function countedWaiting(tx: Reading<'counts' | 'counters'>): Promise<number> {
  const said = (await tx.list('counts')).filter(({ unread }) => unread !== undefined);
  const inboxes = new Set(said.map(({ inbox }) => inbox));
  const unsaid = (await readUnread(tx)).filter(({ inbox }) => !inboxes.has(inbox));
  return [...said, ...unsaid].reduce((sum, { unread = 0 }) => sum + unread, 0);
}

/** Has all of them counted anew. */
export async function forgetCounts(tx: Writing<'counts'>): Promise<void> {
  for (const { unread: _, ...row } of await tx.list('counts')) await tx.put('counts', { ...row, retry: NOW });
}

/** Nothing is counted where the person has stopped, or has left: for a locked agent it would go on as it was. */
export async function dropCounts({ store }: Context): Promise<void> {
  const over = await store.read(['inboxes', 'links', 'counts'], async (tx) => {
    const rows = await tx.list('counts');
    const counted = await Promise.all(rows.map((row) => isCounted(tx, row)));
    return rows.filter((_, index) => counted[index] === false);
  });
  if (over.length === 0) return;
  await store.write(['counts'], async (tx) => {
    for (const { inbox, server } of over) await tx.delete('counts', [inbox, server]);
  });
}

async function isCounted(
  tx: Reading<'inboxes' | 'links'>,
  { inbox, server }: Pick<CountRow, 'inbox' | 'server'>,
): Promise<boolean> {
  const isOpen = (await tx.get('inboxes', inbox))?.state === 'open';
  return isOpen && (await tx.get('links', [inbox, server])) !== undefined;
}
