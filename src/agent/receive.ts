import { errorToWire, type LetterboxError } from '../protocol/errors.ts';
import type { MessageId } from '../protocol/ids.ts';
import type { VerifiedPointer } from '../protocol/pointer.ts';
import type { Delivery } from '../protocol/server-api.ts';
import { contactOf, isWaiting, putContact, withWaiting } from './contacts.ts';
import { putEntry, timeOf } from './entries.ts';
import type { ContactRow, EntryContent, EntryRow, InboxRow } from './rows.ts';
import type { Writing } from './store.ts';

/** A delivery with what came of its pointer; with neither, it was known before. */
export interface Opened {
  readonly delivery: Delivery;
  readonly pointer?: VerifiedPointer;
  readonly failure?: LetterboxError;
}

type Tx = Writing<'entries' | 'deliveries' | 'contacts' | 'counters'>;

interface Place {
  readonly row: InboxRow;
  readonly server: string;
  /** Milliseconds. */
  readonly now: number;
}

/** Takes deliveries in: each once per (sender, message id), whatever was repeated. Sends and fetches nothing. */
export async function receiveAll(tx: Tx, place: Place, all: readonly Opened[]): Promise<void> {
  const inbox = place.row.address;
  // asked for all at once; what follows finds them in the unit of work
  await Promise.all(
    all.flatMap(({ pointer }) =>
      pointer === undefined
        ? []
        : [tx.get('entries', [inbox, pointer.from, pointer.id]), tx.get('contacts', [inbox, pointer.from])],
    ),
  );
  for (const one of all) await receive(tx, place, one);
}

async function receive(tx: Tx, place: Place, { delivery, pointer, failure }: Opened): Promise<void> {
  if (pointer !== undefined) return receiveEntry(tx, place, delivery, entryFor(place, delivery, pointer));
  if (failure !== undefined) return receiveEntry(tx, place, delivery, unreadable(place, delivery, failure));
  return refreshRead(tx, place, delivery);
}

async function receiveEntry(tx: Tx, place: Place, delivery: Delivery, entry: EntryRow): Promise<void> {
  const { inbox, from, id, app } = entry;
  const known = await tx.get('entries', [inbox, from, id]);
  const contact = await contactOf(tx, { inbox, address: from, app });
  if (known === undefined) await addEntry(tx, place, contact, entry);
  else await meetAgain(tx, known, entry, contact);
  const pending = pendingFor(known, delivery);
  await tx.put('deliveries', {
    inbox,
    server: place.server,
    from: delivery.from.address,
    delivery: delivery.id,
    entryFrom: from,
    entry: id,
    expires: delivery.expires,
    acknowledged: delivery.read,
    ...(pending === undefined ? {} : { pending }),
  });
}

async function addEntry(tx: Tx, { now }: Place, contact: ContactRow, entry: EntryRow): Promise<void> {
  const isAllowed = contact.relation === 'allowed' && entry.content.state === 'sealed';
  const content: EntryContent = isAllowed
    ? { state: 'fetching', attempts: 0, stale: 0, at: now }
    : entry.content;
  const row = { ...entry, content };
  await putEntry(tx, undefined, row, contact.relation);
  if (contact.relation !== 'unknown' || !isWaiting(row)) return;
  await putContact(tx, contact, withWaiting(introduced(contact, entry), timeOf(entry)));
}

/** The first to claim is what is shown; where no pointer could be opened, even the address is only the server's word. */
function introduced(contact: ContactRow, entry: EntryRow): ContactRow {
  const { hearsay, ...rest } = contact;
  const claim = entry.claimedName ?? contact.claimedName;
  const unproven = entry.file === undefined && (hearsay === true || contact.waiting === 0);
  return {
    ...rest,
    ...(claim === undefined ? {} : { claimedName: claim }),
    ...(unproven ? { hearsay: true as const } : {}),
  };
}

/** A second digest never replaces the first; it is flagged. docs/protocol.md#4 */
async function meetAgain(tx: Tx, known: EntryRow, entry: EntryRow, { relation }: ContactRow): Promise<void> {
  const conflicting = known.conflicting || known.file?.sha256 !== entry.file?.sha256;
  const read = known.read || entry.read;
  if (conflicting === known.conflicting && read === known.read) return;
  await putEntry(tx, known, { ...known, conflicting, read }, relation);
}

/** The person may have read or deleted it here before this server came with it. */
function pendingFor(known: EntryRow | undefined, delivery: Delivery): 'ack' | 'remove' | undefined {
  if (known?.content.state === 'removed') return 'remove';
  return known?.read === true && !delivery.read ? 'ack' : undefined;
}

/** *Read* travels by acknowledgements: another device of the person may have read it. */
async function refreshRead(tx: Tx, { row, server }: Place, { id, from, read }: Delivery): Promise<void> {
  const delivery = await tx.get('deliveries', [row.address, server, from.address, id]);
  if (delivery === undefined || !read || delivery.acknowledged) return;
  const { pending, ...rest } = delivery;
  const still = pending === 'remove' ? { pending } : {};
  await tx.put('deliveries', { ...rest, ...still, acknowledged: true });
  const { inbox, entryFrom, entry: message } = delivery;
  const entry = await tx.get('entries', [inbox, entryFrom, message]);
  if (entry === undefined || entry.read) return;
  const contact = await contactOf(tx, { inbox, address: entryFrom, app: entry.app });
  await putEntry(tx, entry, { ...entry, read: true }, contact.relation);
}

function entryFor(place: Place, delivery: Delivery, pointer: VerifiedPointer): EntryRow {
  const { bucket, sha256, size, name, id, from, iat } = pointer;
  return {
    ...common(place, delivery),
    from,
    id,
    file: { bucket, sha256, size },
    ...(name === undefined ? {} : { claimedName: name }),
    sentAt: iat,
    content: { state: 'sealed' },
  };
}

/** What can't be opened is an entry too, under the ids that the server gave it. docs/protocol.md#7 */
function unreadable(place: Place, delivery: Delivery, failure: LetterboxError): EntryRow {
  return {
    ...common(place, delivery),
    from: delivery.from.address,
    id: delivery.id as string as MessageId,
    pointer: delivery.pointer,
    sentAt: delivery.receivedAt,
    content: { state: 'unreadable', reason: errorToWire(failure), final: true },
  };
}

function common({ row, now }: Place, delivery: Delivery) {
  return {
    inbox: row.address,
    app: row.app,
    receivedAt: Math.min(delivery.receivedAt, Math.floor(now / 1000)),
    expires: delivery.expires,
    read: delivery.read,
    conflicting: false,
  };
}
