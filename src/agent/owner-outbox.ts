import { LetterboxError } from '../protocol/errors.ts';
import { parseAddress, type MessageId } from '../protocol/ids.ts';
import { parseContent } from '../protocol/message.ts';
import { putContact } from './contacts.ts';
import type { Context } from './context.ts';
import { enqueue, retried } from './outbox-rows.ts';
import type { OutboxItem, OwnerSend } from './owner-api.ts';
import { parseRecipient, wordsFor } from './recipients.ts';
import type { OutboxRow } from './rows.ts';
import { placesOf, readSettings } from './settings.ts';

/** What the person wrote and where it is, newest first. */
export function outboxItems({ store }: Context): Promise<readonly OutboxItem[]> {
  return store.read(['inboxes', 'outbox'], async (tx) => {
    const rows = await tx.list('outbox');
    const shown = rows.filter(({ kind, withdrawn }) => kind === 'message' && withdrawn !== true);
    return shown.toSorted((a, b) => b.createdAt - a.createdAt).map(toItem);
  });
}

/** @throws LetterboxError `malformed` */
export async function sendForOwner(ctx: Context, asked: OwnerSend): Promise<OutboxItem> {
  const { inbox, to, text, subject, re, thread, request } = asked;
  const content = parseContent({
    type: 'text/plain',
    body: text,
    ...(subject === undefined ? {} : { subject }),
    ...(re === undefined ? {} : { re }),
    ...(thread === undefined ? {} : { thread }),
  });
  const recipient = parseRecipient(to, placesOf(await readSettings(ctx.store)));
  const row = await ctx.store.write(['inboxes', 'outbox'], async (tx) => {
    const own = await tx.get('inboxes', inbox);
    if (own?.state !== 'open')
      throw new LetterboxError('malformed', { what: 'inbox', problem: 'not connected' });
    if (request === undefined) return enqueue(tx, ctx, own, { to: recipient, content, by: 'owner' });
    const key = `owner ${request}`; // a page names its own calls, and may not name this one
    const [earlier] = await tx.list('outbox', { index: 'request', only: [own.app, key], limit: 1 });
    return earlier ?? enqueue(tx, ctx, own, { to: recipient, content, by: 'owner', request: key });
  });
  ctx.notifier.changed();
  ctx.kick();
  return toItem(row);
}

/** Tries a failed message once more, or one that waits, now. */
export function retrySend(ctx: Context, id: MessageId): Promise<void> {
  return changeItem(ctx, id, (row) => {
    const isOpen = row.state === 'failed' || row.state === 'queued' || row.state === 'stored';
    return isOpen ? retried(row, ctx.clock.now()) : row;
  });
}

/** The name is no longer that of whoever had it before. docs/protocol.md#1 @throws LetterboxError `malformed` */
export async function acceptMoved(ctx: Context, id: MessageId): Promise<void> {
  await ctx.store.write(['outbox', 'contacts', 'counters'], async (tx) => {
    const row = await tx.get('outbox', id);
    if (row?.state !== 'failed' || row.reason?.code !== 'name-moved' || !('name' in row.to))
      throw new LetterboxError('malformed', { what: 'sent', problem: 'not to a name that moved' });
    const movedTo = parseAddress(row.reason.context['address'], 'address');
    for (const contact of await tx.list('contacts', {
      index: 'provenName',
      only: [row.inbox, row.to.name],
    })) {
      const { name: _, ...nameless } = contact;
      if (contact.address !== movedTo) await putContact(tx, contact, nameless);
    }
    await tx.put('outbox', { ...retried(row, ctx.clock.now()), movedTo });
  });
  ctx.notifier.changed();
  ctx.kick();
}

/** Takes a message back: its file leaves the bucket, whoever has the pointer finds nothing. docs/protocol.md#3 */
export function cancelSend(ctx: Context, id: MessageId): Promise<void> {
  return changeItem(ctx, id, (row) => ({ ...row, withdrawn: true, attempts: 0, nextTry: ctx.clock.now() }));
}

async function changeItem(ctx: Context, id: MessageId, change: (row: OutboxRow) => OutboxRow): Promise<void> {
  await ctx.store.write(['outbox'], async (tx) => {
    const row = await tx.get('outbox', id);
    if (row?.kind !== 'message') throw new LetterboxError('malformed', { what: 'sent', problem: 'unknown' });
    await tx.put('outbox', change(row));
  });
  ctx.notifier.changed();
  ctx.kick();
}

function toItem(row: OutboxRow): OutboxItem {
  const { id, inbox, app, to, recipient, state, content, createdAt, deliveredAt, nextTry, reason } = row;
  const isTrying = state === 'queued' || state === 'stored';
  const address = recipient?.address ?? ('address' in to ? to.address : undefined);
  return {
    id,
    inbox,
    app,
    to: wordsFor(to),
    state,
    createdAt,
    text: typeof content.body === 'string' ? content.body : (content.fallback ?? ''),
    ...(address === undefined ? {} : { address }),
    ...(content.subject === undefined ? {} : { subject: content.subject }),
    ...(deliveredAt === undefined ? {} : { deliveredAt }),
    ...(isTrying && nextTry !== undefined ? { nextTry } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
}
