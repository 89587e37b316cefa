import type { PageMessage } from '../protocol/page-api.ts';
import type { Context } from './context.ts';
import { inboxOfApp, isGranted } from './grants.ts';
import type { ContactRow, EntryRow } from './rows.ts';
import { seconds } from './time.ts';

/** Tells the app's pages of a message that became readable, where they may read. */
export async function tellReadable(ctx: Context, entry: EntryRow, contact: ContactRow): Promise<void> {
  const message = toPageMessage(entry, contact);
  if (message === undefined || contact.relation !== 'allowed') return;
  const mayHear = await ctx.store.read(['inboxes', 'grants'], async (tx) => {
    const inbox = await inboxOfApp(tx, entry.app);
    return inbox?.address === entry.inbox && (await isGranted(tx, entry.app, 'read', seconds(ctx.clock)));
  });
  if (mayHear) ctx.notifier.page(entry.app, 'message', message);
}

/** @returns undefined for what is not readable */
export function toPageMessage(entry: EntryRow, contact: ContactRow | undefined): PageMessage | undefined {
  const { content, from, id, inbox, sentAt, receivedAt, read } = entry;
  if (content.state !== 'readable') return undefined;
  const { state: _1, name: _2, attachments: _3, ...shown } = content;
  const name = contact?.name === undefined ? {} : { name: contact.name.name };
  return { ...shown, id, from: { address: from, ...name }, to: { address: inbox }, sentAt, receivedAt, read };
}
