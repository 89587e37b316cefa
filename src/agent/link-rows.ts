import type { Address } from '../protocol/ids.ts';
import type { ServerEntry } from '../protocol/record.ts';
import type { Context } from './context.ts';
import type { LinkRow } from './rows.ts';
import type { Reading, Writing } from './store.ts';

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
    if (link.retry.attempts === 0) await tx.put('links', { ...link, retry: { attempts: 0, nextTry: 0 } });
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
