import type { Address } from '../protocol/ids.ts';
import type { ServerEntry } from '../protocol/record.ts';
import type { Context } from './context.ts';
import type { LinkRow } from './rows.ts';
import type { Reading, Writing } from './store.ts';

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
