import type { Address } from '../protocol/ids.ts';
import type { Context } from './context.ts';
import { linksOf, touchLinks, wakeLink, wakeLinks } from './link-rows.ts';
import { isLocked } from './unlocking.ts';

const NOW = { attempts: 0, nextTry: 0 };

/** The person wants it now: nothing waits for its next try. */
export async function makeAllDue(ctx: Context): Promise<void> {
  await ctx.store.write(['inboxes', 'links', 'outbox'], async (tx) => {
    for (const row of await tx.list('inboxes')) {
      if (row.publish !== undefined) await tx.put('inboxes', { ...row, publish: NOW });
      await wakeLinks(tx, row.address);
    }
    for (const row of await tx.list('outbox')) {
      const isWaiting = row.state === 'queued' || row.state === 'stored';
      if (isWaiting && row.nextTry !== undefined)
        await tx.put('outbox', { ...row, nextTry: ctx.clock.now() });
    }
  });
}

/** When the next try of anything falls due, in milliseconds. What is due already and did not move waits for something else. */
export async function nextTry(ctx: Pick<Context, 'store' | 'clock' | 'vault'>): Promise<number> {
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
      for (const { retry } of await linksOf(tx, address)) times.push(retry.nextTry);
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
