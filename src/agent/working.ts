import type { Address } from '../protocol/ids.ts';
import { closeIfDone } from './apps.ts';
import { forgetUnheard } from './approvals.ts';
import { resumeApproved } from './approved.ts';
import type { Context } from './context.ts';
import { countWaiting, dropCounts } from './counting.ts';
import { fetchDue } from './fetching.ts';
import { linksOf } from './link-rows.ts';
import { tendLink } from './links.ts';
import { proveDue } from './names.ts';
import { openInbox, type OpenInbox } from './open-inbox.ts';
import { sendDue } from './outbox.ts';
import { tellDue } from './page-events.ts';
import { publishIfDue } from './publishing.ts';
import { tidy } from './tidying.ts';
import { wakeIfTurnedBack } from './turned-clock.ts';
import { isLocked } from './unlocking.ts';

/** More rounds than this in one run means that something makes itself due again: the next alarm goes on. */
const MAX_ROUNDS = 200;

/** Does what is due until nothing is, or, locked, counts what waits: every job finds its work on disk, and moves it on or to a later time. */
export async function workThrough(ctx: Context): Promise<void> {
  await wakeIfTurnedBack(ctx);
  if (await isLocked(ctx)) return countWaiting(ctx);
  await forgetUnheard(ctx);
  await tidy(ctx);
  await dropCounts(ctx);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    if (!(await workRound(ctx))) return;
  }
}

async function workRound(ctx: Context): Promise<boolean> {
  const resumed = await resumeApproved(ctx);
  const inboxes = await ctx.store.read(['inboxes'], (tx) => tx.list('inboxes'));
  const active = inboxes.filter(({ state }) => state === 'open' || state === 'closing');
  const moved = await Promise.all(active.map(({ address }) => workFor(ctx, address)));
  return resumed || moved.some(Boolean);
}

/** One inbox: its record first, since servers and recipients look for it; then everything side by side. */
async function workFor(ctx: Context, address: Address): Promise<boolean> {
  const first = await openInbox(ctx, address);
  const published = first !== undefined && (await publishIfDue(ctx, first));
  const open = published ? await openInbox(ctx, address) : first;
  const moved = open === undefined ? [] : await sideBySide(ctx, open);
  const row = await ctx.store.read(['inboxes'], (tx) => tx.get('inboxes', address));
  if (row !== undefined) await closeIfDone(ctx, row, open);
  return published || moved.some(Boolean);
}

async function sideBySide(ctx: Context, open: OpenInbox): Promise<boolean[]> {
  const links = await ctx.store.read(['links'], (tx) => linksOf(tx, open.row.address));
  return Promise.all([
    ...links.map((link) => tendLink(ctx, open, link)),
    sendDue(ctx, open),
    readDue(ctx, open),
    tellDue(ctx, open.row.address),
  ]);
}

/** Names first, so that the page which is told of a message can say whose it is. */
async function readDue(ctx: Context, open: OpenInbox): Promise<boolean> {
  const proved = await proveDue(ctx, open);
  return (await fetchDue(ctx, open)) || proved;
}
