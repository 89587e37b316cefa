import type { Address } from '../protocol/ids.ts';
import { putContact } from './contacts.ts';
import type { Context } from './context.ts';
import { unreadCounter } from './counters.ts';
import { linksOf } from './link-rows.ts';
import type { InboxRow } from './rows.ts';
import type { TableName, Writing } from './store.ts';

/** Rows in one transaction: an inbox can have very many. */
const PORTION = 200;

/**
 * Deletes all rows of an inbox that is being erased, once its storage and its servers know that it is over, or at once
 * where the person said so. Portion by portion, the inbox itself at the end: what was cut off goes on with the next work.
 */
export async function eraseIfTold(ctx: Context, row: InboxRow): Promise<void> {
  const inbox = row.address;
  if (row.erase !== 'now') {
    const left = await ctx.store.read(['links'], (tx) => linksOf(tx, inbox));
    const wasPublished = row.published !== undefined;
    if (left.length > 0 || (row.publish !== undefined && wasPublished)) return;
  }
  ctx.buckets.forget(inbox);
  await ctx.keys.delete(inbox);
  for (const portion of PORTIONS) while ((await erasePortion(ctx, inbox, portion)) === PORTION);
  await eraseInbox(ctx, row);
  ctx.notifier.changed();
}

interface Portion {
  readonly tables: readonly TableName[];
  /** @returns how many rows it deleted */
  readonly erase: (tx: Writing<TableName>, inbox: Address) => Promise<number>;
}

const PORTIONS: readonly Portion[] = [
  {
    tables: ['entries'],
    async erase(tx, inbox) {
      const rows = await tx.list('entries', { prefix: [inbox], limit: PORTION });
      for (const { from, id } of rows) await tx.delete('entries', [inbox, from, id]);
      return rows.length;
    },
  },
  {
    tables: ['contacts', 'counters'],
    async erase(tx, inbox) {
      const rows = await tx.list('contacts', { prefix: [inbox], limit: PORTION });
      for (const row of rows) {
        await putContact(tx, row, { ...row, waiting: 0 }); // it is counted among the requests no longer
        await tx.delete('contacts', [inbox, row.address]);
      }
      return rows.length;
    },
  },
  {
    tables: ['deliveries'],
    async erase(tx, inbox) {
      const rows = await tx.list('deliveries', { prefix: [inbox], limit: PORTION });
      for (const { server, from, delivery } of rows)
        await tx.delete('deliveries', [inbox, server, from, delivery]);
      return rows.length;
    },
  },
  {
    tables: ['outbox'],
    async erase(tx, inbox) {
      const rows = await tx.list('outbox', { index: 'inbox', prefix: [inbox], limit: PORTION });
      for (const { id } of rows) await tx.delete('outbox', id);
      return rows.length;
    },
  },
];

/** Nothing of one that was connected again meanwhile goes. */
function erasePortion(ctx: Context, inbox: Address, { tables, erase }: Portion): Promise<number> {
  return ctx.store.write([...tables, 'inboxes'], async (tx) =>
    isErasing(await tx.get('inboxes', inbox)) ? erase(tx, inbox) : 0,
  );
}

async function eraseInbox(ctx: Context, { address, app }: InboxRow): Promise<void> {
  await ctx.store.write(
    ['inboxes', 'links', 'counts', 'counters', 'grants', 'declines', 'pins'],
    async (tx) => {
      if (!isErasing(await tx.get('inboxes', address))) return;
      for (const { server } of await linksOf(tx, address)) {
        await tx.delete('links', [address, server]);
        await tx.delete('counts', [address, server]);
      }
      await tx.delete('counters', unreadCounter(address));
      await tx.delete('pins', address);
      await tx.delete('inboxes', address);
      const others = await tx.list('inboxes', { index: 'app', only: app, limit: 1 });
      if (others.length > 0) return;
      await tx.delete('grants', app);
      await tx.delete('declines', app);
    },
  );
}

function isErasing(row: InboxRow | undefined): boolean {
  return row?.state === 'closing' && row.erase !== undefined;
}
