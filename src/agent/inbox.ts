import type { Context } from './context.ts';
import { isShown } from './entries.ts';
import { entryPage } from './entry-pages.ts';
import type { EntryKey, InboxEntry, InboxPage, MessagesQuery, Sender, SenderRequest } from './owner-api.ts';
import type { EntryRow } from './rows.ts';
import { senderOf } from './senders.ts';
import type { Reading } from './store.ts';

/** What the person reads: messages across apps, and who asks to write. */

const MAX_LIMIT = 200;

export function messages({ store }: Context, { app, limit, cursor }: MessagesQuery): Promise<InboxPage> {
  return store.read(['entries', 'contacts'], async (tx) => {
    const page = await entryPage(tx, {
      order: app === undefined ? 'order' : 'appOrder',
      prefix: app === undefined ? [] : [app],
      limit: Math.min(Math.max(limit, 1), MAX_LIMIT),
      ...(cursor === undefined ? {} : { cursor }),
    });
    const entries: InboxEntry[] = [];
    for (const entry of page.entries) entries.push(await toInboxEntry(tx, entry));
    return { entries, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
  });
}

export function message({ store }: Context, { inbox, from, id }: EntryKey): Promise<InboxEntry | undefined> {
  return store.read(['entries', 'contacts'], async (tx) => {
    const entry = await tx.get('entries', [inbox, from, id]);
    const contact = await tx.get('contacts', [inbox, from]);
    const shown = entry !== undefined && isShown(entry, contact?.relation ?? 'unknown');
    return shown ? toInboxEntry(tx, entry) : undefined;
  });
}

export function requests({ store }: Context): Promise<readonly SenderRequest[]> {
  return store.read(['contacts'], async (tx) => {
    const found: SenderRequest[] = [];
    for (const contact of await tx.list('contacts', { index: 'requestOrder' })) {
      const { inbox, address: from, app, waiting, firstSent = 0, lastSent = 0 } = contact;
      const sender = await senderOf(tx, { inbox, from });
      found.push({ inbox, from, app, sender, messages: waiting, firstSent, lastSent });
    }
    return found;
  });
}

async function toInboxEntry(tx: Reading<'contacts'>, entry: EntryRow): Promise<InboxEntry> {
  const { inbox, from, id, app, sentAt, receivedAt, read, conflicting } = entry;
  return {
    inbox,
    from,
    id,
    app,
    sender: await senderOfEntry(tx, entry),
    sentAt,
    receivedAt,
    read,
    conflicting,
    content: shownContent(entry),
  };
}

/** Where no pointer could be opened, nobody signed: the address is the server's word, and no name goes with it. */
async function senderOfEntry(tx: Reading<'contacts'>, entry: EntryRow): Promise<Sender> {
  if (entry.file === undefined) return { address: entry.from, hearsay: true };
  const signedName = entry.content.state === 'readable' ? entry.content.name : entry.claimedName;
  return senderOf(tx, entry, signedName);
}

function shownContent({ content }: EntryRow): InboxEntry['content'] {
  switch (content.state) {
    case 'unreadable':
      return content;
    case 'readable': {
      const { state, type, body, fallback, subject, thread, re } = content;
      return {
        state,
        type,
        body,
        text: type === 'text/plain' && typeof body === 'string' ? body : (fallback ?? ''),
        ...(subject === undefined ? {} : { subject }),
        ...(thread === undefined ? {} : { thread }),
        ...(re === undefined ? {} : { re }),
      };
    }
    case 'fetching':
    case 'sealed':
    case 'receipt':
    case 'removed':
      return { state: 'fetching' };
  }
}
