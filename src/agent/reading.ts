import { notePending } from './acknowledgements.ts';
import { contactOf } from './contacts.ts';
import type { Context } from './context.ts';
import { putEntry } from './entries.ts';
import type { EntryKey } from './owner-api.ts';
import type { EntryRow } from './rows.ts';

const TABLES = ['entries', 'contacts', 'counters', 'deliveries', 'links'] as const;

/** The person read it, here: noted at once, told to the servers when they can be reached. docs/protocol.md#7 */
export async function markRead(ctx: Context, keys: readonly EntryKey[], read: boolean): Promise<void> {
  await changeEntries(ctx, keys, { read }, (entry) => ({ ...entry, read }));
}

/** The message goes, on all devices; the row stays, so that it does not come back. */
export async function removeEntries(ctx: Context, keys: readonly EntryKey[]): Promise<void> {
  await changeEntries(ctx, keys, { remove: true }, ({ pointer: _1, thread: _2, ...entry }) => ({
    ...entry,
    read: true,
    content: { state: 'removed' },
  }));
}

async function changeEntries(
  ctx: Context,
  keys: readonly EntryKey[],
  told: { read?: boolean; remove?: true },
  change: (entry: EntryRow) => EntryRow,
): Promise<void> {
  await ctx.store.write(TABLES, async (tx) => {
    for (const { inbox, from, id } of keys) {
      const entry = await tx.get('entries', [inbox, from, id]);
      if (entry === undefined || entry.content.state === 'removed') continue;
      const { relation } = await contactOf(tx, { inbox, address: from, app: entry.app });
      await putEntry(tx, entry, change(entry), relation);
      if (told.remove) await notePending(tx, entry, 'remove');
      else if (told.read) await notePending(tx, entry, 'ack');
    }
  });
  ctx.notifier.changed();
  ctx.kick();
}
