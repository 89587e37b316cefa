import { addToCounter, unreadCounter } from './counters.ts';
import type { EntryRow, Relation } from './rows.ts';
import type { Writing } from './store.ts';

/** Writes an entry with what follows from it: its place in the lists, its next try, the number of unread ones. */
export async function putEntry(
  tx: Writing<'entries' | 'counters'>,
  before: EntryRow | undefined,
  entry: EntryRow,
  relation: Relation,
): Promise<EntryRow> {
  const row = arrange(entry, relation);
  const change = countOf(row) - countOf(before);
  await addToCounter(tx, unreadCounter(row.inbox), change);
  await tx.put('entries', row);
  return row;
}

/** When a message counts as sent, in Unix seconds: its sender may write any time into it. docs/protocol.md#3 */
export function timeOf({ sentAt, receivedAt }: Pick<EntryRow, 'sentAt' | 'receivedAt'>): number {
  return Math.min(sentAt, receivedAt);
}

/** Only people whom the person accepted are shown, and what may turn out to be a receipt not before its first try. */
export function isShown({ content }: EntryRow, relation: Relation): boolean {
  if (relation !== 'allowed') return false;
  if (content.state === 'fetching') return content.attempts > 0;
  return content.state === 'readable' || content.state === 'unreadable';
}

function arrange(entry: EntryRow, relation: Relation): EntryRow {
  const {
    order: _1,
    appOrder: _2,
    inboxOrder: _3,
    unreadOrder: _4,
    threadOrder: _5,
    nextTry: _6,
    ...rest
  } = entry;
  const { inbox, app, from, id, content, thread } = entry;
  const nextTry = content.state === 'fetching' && relation === 'allowed' ? { nextTry: content.at } : {};
  if (!isShown(entry, relation)) return { ...rest, ...nextTry };
  const order = [-timeOf(entry), inbox, from, id] as const;
  return {
    ...rest,
    ...nextTry,
    order,
    appOrder: [app, ...order],
    inboxOrder: [inbox, ...order],
    ...(entry.read ? {} : { unreadOrder: [inbox, ...order] as const }),
    ...(thread === undefined ? {} : { threadOrder: [inbox, thread, ...order] as const }),
  };
}

function countOf(entry: EntryRow | undefined): number {
  return entry?.unreadOrder === undefined ? 0 : 1;
}
