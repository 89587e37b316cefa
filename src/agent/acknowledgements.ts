import type { Address, MessageId } from '../protocol/ids.ts';
import { LIMITS } from '../protocol/server-api.ts';
import type { Transport } from '../protocol/transport.ts';
import type { Context } from './context.ts';
import { touchLinks } from './link-rows.ts';
import type { OpenInbox } from './open-inbox.ts';
import type { DeliveryRow, LinkRow } from './rows.ts';
import type { Writing } from './store.ts';

/** What the servers that hold a message still have to hear: that it was read, or that it is to go. */
export async function notePending(
  tx: Writing<'deliveries' | 'links'>,
  message: { readonly inbox: Address; readonly from: Address; readonly id: MessageId },
  pending: 'ack' | 'remove',
): Promise<void> {
  const { inbox, from, id } = message;
  for (const row of await tx.list('deliveries', { index: 'entry', only: [inbox, from, id] })) {
    if (row.pending === 'remove' || (pending === 'ack' && row.acknowledged)) continue;
    await tx.put('deliveries', { ...row, pending });
  }
  await touchLinks(tx, inbox);
}

/** Tells one server all of it, in portions as large as it takes. docs/protocol.md#6 */
export async function pushAcknowledgements(
  ctx: Context,
  { caller }: OpenInbox,
  link: LinkRow,
  transport: Transport,
): Promise<void> {
  for (const pending of ['ack', 'remove'] as const) {
    for (;;) {
      const rows = await pendingAt(ctx, link, pending);
      if (rows.length === 0) break;
      const items = rows.map(({ from, delivery: id }) => ({ from, id }));
      if (pending === 'ack') await transport.acknowledge(link.entry, caller, items);
      else await transport.remove(link.entry, caller, items);
      await noteHeard(ctx, rows, pending);
    }
  }
}

function pendingAt({ store }: Context, { inbox, server }: LinkRow, pending: string): Promise<DeliveryRow[]> {
  const query = { index: 'pending', only: [inbox, server, pending], limit: LIMITS.listItems } as const;
  return store.read(['deliveries'], (tx) => tx.list('deliveries', query));
}

async function noteHeard(
  { store }: Context,
  rows: readonly DeliveryRow[],
  heard: 'ack' | 'remove',
): Promise<void> {
  await store.write(['deliveries'], async (tx) => {
    for (const { inbox, server, from, delivery } of rows) {
      const row = await tx.get('deliveries', [inbox, server, from, delivery]);
      if (row === undefined || row.pending !== heard) continue; // changed meanwhile: there is more to say
      const { pending: _, ...rest } = row;
      await tx.put('deliveries', { ...rest, acknowledged: true });
    }
  });
}
