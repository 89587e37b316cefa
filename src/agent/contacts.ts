import type { Address, Name, Origin } from '../protocol/ids.ts';
import { nextSeq } from '../protocol/record.ts';
import { addToCounter, REQUESTS } from './counters.ts';
import { putEntry, timeOf } from './entries.ts';
import { shapeOf } from './name-shape.ts';
import type { ContactRow, EntryContent, EntryRow, Relation } from './rows.ts';
import type { Reading, Writing } from './store.ts';

/**
 *                  accept, or written to                 block
 *     unknown ───────────────────────────> allowed <───────────────> blocked
 *        └────────────────────── block ──────────────────────────────────┘
 *
 * One relation per (sender, app). From an unknown or blocked sender nothing is fetched. docs/protocol.md#8
 */

/** A proven name is proven again when its bearer writes after so long. */
export const NAME_CHECKED_SECONDS = 30 * 86_400;

export interface ContactKey {
  readonly inbox: Address;
  readonly address: Address;
  readonly app: Origin;
}

export async function contactOf(
  tx: Reading<'contacts'>,
  { inbox, address, app }: ContactKey,
): Promise<ContactRow> {
  const known = await tx.get('contacts', [inbox, address]);
  return known ?? { inbox, address, app, relation: 'unknown', waiting: 0 };
}

/** Writes a contact with what follows from it: its place in Requests, and what names are found by. */
export async function putContact(
  tx: Writing<'contacts' | 'counters'>,
  before: ContactRow | undefined,
  contact: ContactRow,
): Promise<ContactRow> {
  const row = arrange(contact);
  const change = Number(row.requestOrder !== undefined) - Number(before?.requestOrder !== undefined);
  await addToCounter(tx, REQUESTS, change);
  await tx.put('contacts', row);
  return row;
}

/** Sets a relation, and with it what becomes of the sender's messages. The servers' policy follows by `policySeq`. */
export async function setRelation(
  tx: Writing<'contacts' | 'entries' | 'counters' | 'inboxes'>,
  key: ContactKey,
  relation: Relation,
  now: number,
): Promise<ContactRow> {
  const before = await contactOf(tx, key);
  const entries = await tx.list('entries', { prefix: [key.inbox, key.address] });
  const waiting: EntryRow[] = [];
  for (const entry of entries) {
    const moved = { ...entry, content: contentUnder(entry.content, relation, now) };
    await putEntry(tx, entry, moved, relation);
    if (relation === 'unknown' && isWaiting(moved)) waiting.push(moved);
  }
  const { firstSent: _1, lastSent: _2, ...rest } = before;
  const decidedAt = Math.floor(now / 1000);
  const contact = await putContact(tx, before, { ...rest, ...sentBetween(waiting), relation, decidedAt });
  await bumpPolicy(tx, key.inbox, now);
  return contact;
}

export function isWaiting({ content }: EntryRow): boolean {
  return content.state === 'sealed' || content.state === 'unreadable';
}

/** One more message of an unknown sender. */
export function withWaiting(contact: ContactRow, sentAt: number): ContactRow {
  return {
    ...contact,
    waiting: contact.waiting + 1,
    firstSent: Math.min(contact.firstSent ?? sentAt, sentAt),
    lastSent: Math.max(contact.lastSent ?? sentAt, sentAt),
  };
}

/** A claim that is worth asking the registry about, or a name that is to be proven anew. */
export function withClaim(contact: ContactRow, claimed: Name | undefined, now: number): ContactRow {
  if (claimed === undefined) return contact;
  return { ...contact, claimedName: claimed, nameTry: { attempts: 0, nextTry: now } };
}

/** The servers are to hear of the newest relations. */
export async function bumpPolicy(tx: Writing<'inboxes'>, address: Address, now: number): Promise<void> {
  const inbox = await tx.get('inboxes', address);
  if (inbox !== undefined) await tx.put('inboxes', { ...inbox, policySeq: nextSeq(inbox.policySeq, now) });
}

function contentUnder(content: EntryContent, relation: Relation, now: number): EntryContent {
  if (relation === 'allowed') {
    return content.state === 'sealed' ? { state: 'fetching', attempts: 0, stale: 0, at: now } : content;
  }
  return content.state === 'fetching' ? { state: 'sealed' } : content;
}

function sentBetween(entries: readonly EntryRow[]): Pick<ContactRow, 'waiting' | 'firstSent' | 'lastSent'> {
  if (entries.length === 0) return { waiting: 0 };
  const times = entries.map(timeOf);
  return { waiting: entries.length, firstSent: Math.min(...times), lastSent: Math.max(...times) };
}

function arrange(contact: ContactRow): ContactRow {
  const { requestOrder: _1, nextNameTry: _2, provenName: _3, nameShape: _4, ...rest } = contact;
  const { relation, waiting, lastSent, inbox, address, name, nameTry } = contact;
  const asks = relation === 'unknown' && waiting > 0 && lastSent !== undefined;
  return {
    ...rest,
    ...(asks ? { requestOrder: [-lastSent, inbox, address] as const } : {}),
    ...(nameTry === undefined || relation !== 'allowed' ? {} : { nextNameTry: nameTry.nextTry }),
    ...(name === undefined ? {} : { provenName: name.name, nameShape: shapeOf(name.name) }),
  };
}
