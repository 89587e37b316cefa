import type { Address } from '../protocol/ids.ts';
import type { Caller, Transport } from '../protocol/transport.ts';
import type { RequestToken } from '../protocol/tokens.ts';
import type { Context } from './context.ts';
import { readCounter, unreadCounter } from './counters.ts';
import { linksOf, updateLink } from './link-rows.ts';
import type { OpenInbox } from './open-inbox.ts';
import { expected } from './outlook.ts';
import type { InboxRow, LinkRow } from './rows.ts';
import { placesOf, readSettings } from './settings.ts';
import type { Reading, Writing } from './store.ts';
import { DAY, later, POLL_INTERVAL } from './time.ts';
import { transportFor } from './transport-for.ts';

/** They live for 30 days: whoever unlocks once in three weeks does not miss one. */
const RENEWED_AFTER = 9 * DAY;

/** Keeps a token for the server's count beside the link, as soon as there is a vault that can be locked. docs/protocol.md#5 */
export async function keepCountToken(
  ctx: Context,
  { row, caller }: OpenInbox,
  link: LinkRow,
  transport: Transport,
): Promise<void> {
  const { countToken } = link;
  const now = ctx.clock.now();
  const isFresh = countToken?.bucket === row.bucket && now - countToken.at < RENEWED_AFTER;
  if (isFresh || (await ctx.vault.state()).state !== 'open') return;
  const tokens: RequestToken[] = [];
  const authorize: Caller['authorize'] = (request) => {
    const token = caller.authorize(request);
    tokens.push(token);
    return token;
  };
  await transport.count(link.entry, { ...caller, authorize }); // made by the server's clock, and seen to work
  const token = tokens.at(-1);
  if (token === undefined) return; // a transport that counts without one
  const kept = { token, bucket: row.bucket, at: now };
  await updateLink(ctx, link, (current) => ({ ...current, countToken: kept }));
}

/** Asks the servers how much waits, with the tokens that were kept for it: all that a locked agent can do. */
export async function countWaiting(ctx: Context): Promise<void> {
  const links = await ctx.store.read(['inboxes', 'links'], async (tx) => {
    const open = (await tx.list('inboxes')).filter(({ state }) => state === 'open');
    const found = open.map(async (row) => (await linksOf(tx, row.address)).map((link) => ({ row, link })));
    return (await Promise.all(found)).flat();
  });
  const now = ctx.clock.now();
  const due = links.filter(({ link }) => (link.waiting?.retry.nextTry ?? 0) <= now);
  await Promise.all(due.map(({ row, link }) => countOne(ctx, row, link)));
}

async function countOne(ctx: Context, row: InboxRow, link: LinkRow): Promise<void> {
  const { countToken, waiting } = link;
  if (countToken === undefined) return;
  const places = placesOf(await readSettings(ctx.store));
  const { address, app, bucket } = row;
  const caller: Caller = { address, app, bucket, places, authorize: () => countToken.token };
  let counted: NonNullable<LinkRow['waiting']>;
  try {
    const { unread } = await transportFor(ctx, link.entry).count(link.entry, caller);
    counted = { unread, retry: { attempts: 0, nextTry: ctx.clock.now() + POLL_INTERVAL } };
  } catch (error) {
    const { context } = expected(error);
    const after = 'after' in context ? context.after : undefined;
    counted = { ...waiting, retry: later(ctx, waiting?.retry.attempts ?? 0, after) };
  }
  await updateLink(ctx, link, (current) => ({ ...current, waiting: counted }));
  ctx.notifier.changed();
}

/** How much waits for an inbox by its servers' last word; where none has said anything yet, what is unread here. */
export async function waitingFor(tx: Reading<'links' | 'counters'>, inbox: Address): Promise<number> {
  const counts = (await linksOf(tx, inbox)).flatMap(({ waiting }) => waiting?.unread ?? []);
  return counts.length === 0
    ? readCounter(tx, unreadCounter(inbox))
    : counts.reduce((sum, unread) => sum + unread, 0);
}

/** Has all of them counted anew. */
export async function forgetCounts(tx: Writing<'links'>): Promise<void> {
  for (const { waiting: _, ...link } of await tx.list('links')) await tx.put('links', link);
}

/** Without a vault there is nothing that is locked. */
export async function dropCountTokens(tx: Writing<'links'>): Promise<void> {
  for (const { countToken: _1, waiting: _2, ...link } of await tx.list('links')) await tx.put('links', link);
}
