import type { Address } from '../protocol/ids.ts';
import { putContact } from './contacts.ts';
import type { Context } from './context.ts';
import { forgetCounts } from './counting.ts';
import { putEntry } from './entries.ts';
import { dueAt, linksOf, touchLinks, wakeLink, wakeLinks } from './link-rows.ts';
import type { FetchingContent } from './rows.ts';
import type { Writing } from './store.ts';
import { MINUTE } from './time.ts';
import { isLocked } from './unlocking.ts';

const NOW = { attempts: 0, nextTry: 0 };
/** Over so long a stale copy is looked at again. docs/protocol.md#4 */
const STALE_FOR = 10 * MINUTE;

/** The person wants it now, or what kept it from succeeding is over: nothing waits for its next try. */
export async function makeAllDue(ctx: Context): Promise<void> {
  const now = ctx.clock.now();
  await ctx.store.write(['inboxes', 'links', 'outbox', 'entries', 'contacts', 'counters'], async (tx) => {
    for (const row of await tx.list('inboxes')) {
      const { publish, nameTry } = row;
      await tx.put('inboxes', {
        ...row,
        ...(publish === undefined ? {} : { publish: NOW }),
        ...(nameTry === undefined ? {} : { nameTry: { ...nameTry, nextTry: now } }),
      });
      await wakeLinks(tx, row.address);
      await wakeReading(tx, row.address, now);
    }
    for (const row of await tx.list('outbox')) {
      const isWaiting = row.state === 'queued' || row.state === 'stored';
      if (isWaiting && row.nextTry !== undefined) await tx.put('outbox', { ...row, nextTry: now });
    }
  });
}

/** The same, of a locked agent, too, which only counts. */
export async function makeAnythingDue(ctx: Context): Promise<void> {
  await ((await isLocked(ctx)) ? ctx.store.write(['counts'], forgetCounts) : makeAllDue(ctx));
}

/** Files that are not here yet, and names that are not proven. */
async function wakeReading(
  tx: Writing<'entries' | 'contacts' | 'counters'>,
  inbox: Address,
  now: number,
): Promise<void> {
  const later = { prefix: [inbox], after: [inbox, now] };
  for (const entry of await tx.list('entries', { ...later, index: 'nextTry' })) {
    if (entry.content.state !== 'fetching' || hasOwnTime(entry.content, now)) continue;
    await putEntry(tx, entry, { ...entry, content: { ...entry.content, at: now } }, 'allowed');
  }
  for (const contact of await tx.list('contacts', { ...later, index: 'nextNameTry' }))
    await putContact(tx, contact, { ...contact, nameTry: { attempts: 0, nextTry: now } });
}

/** What waits for a cache to catch up did not fail. */
function hasOwnTime({ stale, at }: FetchingContent, now: number): boolean {
  return stale > 0 && at - now <= STALE_FOR;
}

/** When the next try of anything falls due, in milliseconds. What is due already and did not move waits for something else. */
export async function nextTry(ctx: Pick<Context, 'store' | 'clock' | 'vault' | 'isLive'>): Promise<number> {
  if (await isLocked(ctx)) return Infinity; // the next alarm counts, and that is all
  const { store, clock } = ctx;
  const now = clock.now();
  return store.read(['inboxes', 'links', 'outbox', 'entries', 'contacts'], async (tx) => {
    const times: (number | undefined)[] = [];
    for (const { address, state, publish } of await tx.list('inboxes')) {
      if (state !== 'open' && state !== 'closing') continue;
      const first = { prefix: [address], after: [address, now], limit: 1 };
      const next = { ...first, index: 'nextTry' } as const;
      times.push(publish?.nextTry);
      for (const link of await linksOf(tx, address))
        times.push(dueAt(link, ctx.isLive(address, link.server)));
      for (const row of await tx.list('outbox', next)) times.push(row.nextTry);
      for (const row of await tx.list('entries', next)) times.push(row.nextTry);
      for (const row of await tx.list('contacts', { ...first, index: 'nextNameTry' }))
        times.push(row.nextNameTry);
    }
    return Math.min(...times.filter((time): time is number => time !== undefined && time > now));
  });
}

/** Something may have come, nobody says where: servers that failed keep their distance. */
export async function makeDue(ctx: Context, inbox: Address): Promise<void> {
  await ctx.store.write(['links'], (tx) => touchLinks(tx, inbox));
}

/** A server says that something came: whatever kept it at a distance is over. It says nothing about the others. */
export async function makeServerDue(ctx: Context, inbox: Address, server: string): Promise<void> {
  await ctx.store.write(['links'], async (tx) => {
    const link = await tx.get('links', [inbox, server]);
    if (link !== undefined) await wakeLink(tx, link);
  });
}
