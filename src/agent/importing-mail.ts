import { LetterboxError } from '../protocol/errors.ts';
import {
  bumpPolicy,
  contactOf,
  isWaiting,
  putContact,
  setRelation,
  withClaim,
  withWaiting,
} from './contacts.ts';
import { putEntry, timeOf } from './entries.ts';
import type { Judging, Verdict } from './importing-lines.ts';
import { failed, keptUntil } from './outbox-rows.ts';
import type { PortableContact, PortableMessage, PortableSent } from './portable.ts';
import type { ContactRow, EntryRow, OutboxRow, Relation } from './rows.ts';
import type { Reading } from './store.ts';

/** What becomes of the people and the messages of a file. docs/export.md#import */

/**
 * Someone unknown here comes with the relation and the place of the file; the name is a claim again. Of someone known
 * here only the relation can change: to the file's where nothing was decided here, else to the stricter of both.
 */
export async function judgeContact(
  tx: Reading<'contacts'>,
  { now }: Judging,
  line: PortableContact,
): Promise<Verdict> {
  const { inbox, address, app } = line;
  const known = await tx.get('contacts', [inbox, address]);
  if (known !== undefined) return meetContact(known, line, now);
  const isElsewhere = line.name !== undefined && (await nameElsewhere(tx, line));
  const conflict = isElsewhere ? { conflict: { kind: 'name', address, name: line.name } as const } : {};
  return {
    added: 'contacts',
    ...conflict,
    async put(writing) {
      const fresh = await contactOf(writing, { inbox, address, app });
      await putContact(
        writing,
        undefined,
        contactFrom(fresh, line, isElsewhere ? undefined : line.name, now),
      );
      if (line.relation !== 'unknown') await bumpPolicy(writing, inbox, now);
    },
  };
}

function meetContact(known: ContactRow, line: PortableContact, now: number): Verdict {
  const relation = known.decidedAt === undefined ? line.relation : stricter(known.relation, line.relation);
  const disagree = known.decidedAt !== undefined && known.relation !== line.relation;
  const conflict = disagree ? { conflict: { kind: 'relation', address: line.address } as const } : {};
  if (relation === known.relation || line.relation === 'unknown') return { here: 'contacts', ...conflict };
  return {
    here: 'contacts',
    ...conflict,
    async put(writing) {
      await setRelation(writing, known, relation, now);
    },
  };
}

const STRICTNESS: readonly Relation[] = ['allowed', 'unknown', 'blocked'];

function stricter(a: Relation, b: Relation): Relation {
  return STRICTNESS.indexOf(a) > STRICTNESS.indexOf(b) ? a : b;
}

async function nameElsewhere(
  tx: Reading<'contacts'>,
  { inbox, address, name }: PortableContact,
): Promise<boolean> {
  if (name === undefined) return false;
  const bearers = await tx.list('contacts', { index: 'provenName', only: [inbox, name] });
  return bearers.some((bearer) => bearer.address !== address);
}

function contactFrom(
  fresh: ContactRow,
  { relation, decidedAt, bucket, hearsay }: PortableContact,
  claim: PortableContact['name'],
  now: number,
): ContactRow {
  const row = {
    ...fresh,
    relation,
    ...(decidedAt === undefined ? {} : { decidedAt }),
    ...(bucket === undefined ? {} : { bucket }),
    ...(hearsay === undefined ? {} : { hearsay }),
  };
  return withClaim(row, claim, now);
}

/** A message that is here stays as it is; one that waits is fetched as any other, from people who are allowed here. */
export async function judgeMessage(
  tx: Reading<'entries'>,
  { now }: Judging,
  { kind: _, ...line }: PortableMessage,
): Promise<Verdict> {
  const { inbox, from, id, app, content } = line;
  const isTrace = content.state === 'removed' || content.state === 'receipt'; // kept, but nothing that anyone sees
  if ((await tx.get('entries', [inbox, from, id])) !== undefined) return isTrace ? {} : { here: 'messages' };
  return {
    ...(isTrace ? {} : { added: 'messages' as const }),
    async put(writing) {
      const contact = await contactOf(writing, { inbox, address: from, app });
      const entry = entryFrom(line, contact.relation, now);
      await putEntry(writing, undefined, entry, contact.relation);
      if (contact.relation === 'unknown' && isWaiting(entry))
        await putContact(writing, contact, withWaiting(contact, timeOf(entry)));
    },
  };
}

function entryFrom(line: Omit<PortableMessage, 'kind'>, relation: Relation, now: number): EntryRow {
  const { content } = line;
  const receivedAt = Math.min(line.receivedAt, Math.floor(now / 1000));
  if (content.state === 'sealed' && relation === 'allowed')
    return { ...line, receivedAt, content: { state: 'fetching', attempts: 0, stale: 0, at: now } };
  const thread = content.state === 'readable' ? content.thread : undefined;
  return { ...line, receivedAt, ...(thread === undefined ? {} : { thread }) };
}

/**
 * No file makes anyone send: what had not gone out is shown as not sent, and is tried again when the person says so.
 * Then the very same bytes, where there are some.
 */
export async function judgeSent(tx: Reading<'outbox'>, line: PortableSent): Promise<Verdict> {
  if ((await tx.get('outbox', line.id)) !== undefined) return { here: 'sent' };
  return { added: 'sent', put: (writing) => writing.put('outbox', sentFrom(line)) };
}

function sentFrom({ kind: _, stored, state, reason, ...line }: PortableSent): OutboxRow {
  const row: OutboxRow = { ...line, ...stored, kind: 'message', state, attempts: 0, reposts: 2 };
  const settled: OutboxRow = { ...row, nextTry: keptUntil(row) };
  if (state === 'accepted' || state === 'delivered') return settled;
  if (state === 'failed' && reason !== undefined) return { ...settled, reason };
  return failed(row, new LetterboxError('imported', {}));
}
