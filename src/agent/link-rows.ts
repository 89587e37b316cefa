import type { Address } from '../protocol/ids.ts';
import type { ServerEntry } from '../protocol/record.ts';
import type { Context } from './context.ts';
import type { LinkRow, Overlap } from './rows.ts';
import type { Reading, Writing } from './store.ts';
import { LIVE_POLL_INTERVAL, POLL_INTERVAL } from './time.ts';

const NOW = { attempts: 0, nextTry: 0 };

/** Names a server among those of one inbox. */
export function serverKey(entry: ServerEntry): string {
  return entry.type === 'matrix'
    ? `matrix ${entry.url} ${entry.user} ${entry.device}`
    : `${entry.type} ${entry.url}`;
}

export function linksOf(tx: Reading<'links'>, inbox: Address): Promise<LinkRow[]> {
  return tx.list('links', { prefix: [inbox] });
}

/**
 * When it is visited next, in milliseconds: a server that says at once when something comes is asked less often, as long
 * as nothing but the time since the last visit makes it due.
 */
export function dueAt({ retry, syncedAt = 0 }: LinkRow, isLive: boolean): number {
  const isByTime = retry.nextTry === syncedAt + POLL_INTERVAL;
  return isLive && isByTime ? syncedAt + LIVE_POLL_INTERVAL : retry.nextTry;
}

/** What a change of servers goes by. */
interface Change {
  readonly inbox: Address;
  /** The order so far. */
  readonly before: readonly ServerEntry[];
  readonly servers: readonly ServerEntry[];
  /** Milliseconds. */
  readonly now: number;
  /** How long those no longer named are listened to, in milliseconds. */
  readonly overlap: number;
}

/** The links follow the order of servers: new ones are to be enrolled at, those no longer in it to be left. */
export async function setLinks(
  tx: Writing<'links'>,
  { inbox, before, servers, now, overlap: time }: Change,
): Promise<void> {
  const wanted = new Map(servers.map((entry) => [serverKey(entry), entry]));
  const places = before.map(serverKey);
  for (const link of await linksOf(tx, inbox)) {
    const { overlap, ...rest } = link;
    if (wanted.delete(link.server)) await tx.put('links', { ...rest, stage: 'open', retry: NOW });
    else {
      const place = overlap?.place ?? Math.max(places.indexOf(link.server), 0);
      await tx.put('links', {
        ...rest,
        stage: 'leaving',
        overlap: { until: endOf(link, now, time), place },
        retry: NOW,
      });
    }
  }
  for (const [server, entry] of wanted) {
    await tx.put('links', { inbox, server, entry, stage: 'open', retry: NOW });
  }
}

/** A later change makes an overlap shorter and never longer; where nobody was enrolled at, no mail can come. */
function endOf({ overlap, enrolledSeq }: LinkRow, now: number, time: number): Overlap['until'] {
  return Math.min(overlap?.until ?? Infinity, enrolledSeq === undefined ? now : now + time);
}

/** Makes the inbox's servers due now; one that failed keeps its distance. */
export async function touchLinks(tx: Writing<'links'>, inbox: Address): Promise<void> {
  for (const link of await linksOf(tx, inbox)) {
    const retry = link.retry.attempts === 0 ? NOW : link.retry;
    await tx.put('links', { ...link, touches: (link.touches ?? 0) + 1, retry });
  }
}

/** Makes them due whatever kept them at a distance. */
export async function wakeLinks(tx: Writing<'links'>, inbox: Address): Promise<void> {
  for (const link of await linksOf(tx, inbox)) await wakeLink(tx, link);
}

export async function wakeLink(tx: Writing<'links'>, link: LinkRow): Promise<void> {
  await tx.put('links', { ...link, touches: (link.touches ?? 0) + 1, retry: NOW });
}

/** What another device of the person read since is found with the next visit, not only once a day. */
export async function walkAgain(tx: Writing<'links'>): Promise<void> {
  for (const link of await tx.list('links')) {
    if (link.walkedAt !== undefined) await tx.put('links', { ...link, walkedAt: 0 });
  }
}

export async function updateLink(
  ctx: Pick<Context, 'store'>,
  { inbox, server }: LinkRow,
  change: (row: LinkRow) => LinkRow,
): Promise<void> {
  await ctx.store.write(['links'], async (tx) => {
    const row = await tx.get('links', [inbox, server]);
    if (row !== undefined) await tx.put('links', change(row));
  });
}

/** There is more than one visit takes: the next one follows when everything else had its turn. */
export function comeBack(ctx: Pick<Context, 'store' | 'clock'>, link: LinkRow): Promise<void> {
  return updateLink(ctx, link, (row) => ({ ...row, retry: { ...row.retry, nextTry: ctx.clock.now() } }));
}
