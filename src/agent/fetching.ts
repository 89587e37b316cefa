import { errorToWire, isLetterboxError, LetterboxError } from '../protocol/errors.ts';
import { checkSize, messagePath, openMessage, type VerifiedMessage } from '../protocol/message.ts';
import type { VerifiedPointer } from '../protocol/pointer.ts';
import { fileUrl, readFile } from '../gaia/files.ts';
import { notePending } from './acknowledgements.ts';
import { contactOf, NAME_CHECKED_SECONDS, putContact, withClaim } from './contacts.ts';
import type { Context } from './context.ts';
import { putEntry } from './entries.ts';
import type { OpenInbox } from './open-inbox.ts';
import { tellPage } from './outbox.ts';
import { outlookOf } from './outlook.ts';
import { tellReadable } from './page-events.ts';
import { readPinned } from './pins.ts';
import { oweReceipt, RECEIPT_TYPE, takeReceipt } from './receipts.ts';
import type { ContactRow, EntryRow, FetchingContent, OutboxRow } from './rows.ts';
import { later, MINUTE, seconds } from './time.ts';

/** A stale copy is looked at three times more, over ten minutes. docs/protocol.md#4 */
const STALE_WAITS = [MINUTE, 3 * MINUTE, 6 * MINUTE];
const PORTION = 8;

type Fetched = EntryRow & { readonly content: FetchingContent };

/**
 * Fetches the files of accepted senders: fetching ──> readable | unreadable. One that fails never stands in the way of
 * the next. docs/protocol.md#4
 * @returns whether anything was due
 */
export async function fetchDue(ctx: Context, open: OpenInbox): Promise<boolean> {
  const inbox = open.row.address;
  const upTo = [inbox, ctx.clock.now()];
  const query = { index: 'nextTry', prefix: [inbox], upTo, limit: PORTION } as const;
  const due = await ctx.store.read(['entries'], (tx) => tx.list('entries', query));
  await Promise.all(due.filter(isFetching).map((entry) => fetchOne(ctx, open, entry)));
  return due.length > 0;
}

async function fetchOne(ctx: Context, open: OpenInbox, entry: Fetched): Promise<void> {
  try {
    const message = await fetchMessage(ctx, open, entry);
    if (message.type === RECEIPT_TYPE) await keepReceipt(ctx, entry, message);
    else await keepReadable(ctx, open, entry, message);
  } catch (error) {
    await keepFailure(ctx, entry, isLetterboxError(error) ? error : unforeseen(error));
    if (!isLetterboxError(error)) ctx.report(error);
  }
  ctx.notifier.changed();
}

async function fetchMessage(ctx: Context, open: OpenInbox, entry: Fetched): Promise<VerifiedMessage> {
  const { file, from, id, inbox, app } = entry;
  if (file === undefined) throw new LetterboxError('internal', { problem: 'an entry without its file' });
  checkSize(file);
  await requireBucket(ctx, open, entry, file.bucket);
  const url = fileUrl(file.bucket, messagePath(id));
  const { bytes } = await readFile(open.web, url, { what: 'message', maxBytes: file.size });
  const signed = { ...file, from, id, to: inbox, app } as unknown as VerifiedPointer; // was one when it was received
  return openMessage(bytes, open.key, ctx.cipher, signed, open.places);
}

/** The pinned bucket, or a new one only after its record verifies. docs/protocol.md#4 */
async function requireBucket(
  ctx: Context,
  { web }: OpenInbox,
  { inbox, from: address, app }: Fetched,
  bucket: NonNullable<EntryRow['file']>['bucket'],
): Promise<void> {
  const key = { inbox, address, app };
  const known = await ctx.store.read(['contacts'], (tx) => contactOf(tx, key));
  if (known.bucket === bucket) return;
  const { record } = await readPinned(ctx, web, { address, bucket });
  if (record.app !== app) throw new LetterboxError('message-disagrees', { member: 'app' });
  await ctx.store.write(['contacts', 'counters'], async (tx) => {
    const contact = await contactOf(tx, key);
    await putContact(tx, contact, { ...contact, bucket });
  });
}

async function keepReadable(
  ctx: Context,
  open: OpenInbox,
  entry: Fetched,
  message: VerifiedMessage,
): Promise<void> {
  const { id: _1, from, to: _2, app: _3, iat: _4, ...content } = message;
  const name = from.name === undefined ? {} : { name: from.name };
  const kept = await ctx.store.write(['entries', 'contacts', 'counters', 'outbox'], async (tx) => {
    const current = await stillFetching(tx.get('entries', keyOf(entry)));
    if (current === undefined) return undefined;
    const contact = await contactOf(tx, { ...entry, address: entry.from });
    const thread = content.thread === undefined ? {} : { thread: content.thread };
    const readable = {
      ...current,
      ...thread,
      untold: 1,
      content: { state: 'readable', ...name, ...content },
    } as const;
    const row = await putEntry(tx, current, readable, contact.relation);
    const noted = await putContact(tx, contact, claimOf(contact, from.name, ctx));
    if (open.settings.receipts) await oweReceipt(tx, ctx, entry);
    return { row, contact: noted };
  });
  if (kept !== undefined) await tellReadable(ctx, kept.row, kept.contact);
}

async function keepReceipt(ctx: Context, entry: Fetched, message: VerifiedMessage): Promise<void> {
  const tables = ['entries', 'contacts', 'counters', 'outbox', 'deliveries', 'links'] as const;
  const changed = await ctx.store.write(tables, async (tx): Promise<OutboxRow[]> => {
    const current = await stillFetching(tx.get('entries', keyOf(entry)));
    if (current === undefined) return [];
    const { relation } = await contactOf(tx, { ...entry, address: entry.from });
    await putEntry(tx, current, { ...current, read: true, content: { state: 'receipt' } }, relation);
    await notePending(tx, entry, 'ack');
    return takeReceipt(tx, ctx.clock.now(), { inbox: entry.inbox, from: entry.from, content: message });
  });
  for (const row of changed) tellPage(ctx, row);
}

async function keepFailure(ctx: Context, entry: Fetched, problem: LetterboxError): Promise<void> {
  await ctx.store.write(['entries', 'contacts', 'counters'], async (tx) => {
    const current = await stillFetching(tx.get('entries', keyOf(entry)));
    if (current === undefined) return;
    const { relation } = await contactOf(tx, { ...entry, address: entry.from });
    await putEntry(tx, current, { ...current, content: contentAfter(ctx, current, problem) }, relation);
  });
}

/** What becomes of an entry whose file could not be had or does not hold. */
function contentAfter(ctx: Context, entry: Fetched, problem: LetterboxError): EntryRow['content'] {
  const { content, expires } = entry;
  const reason = errorToWire(problem);
  const attempts = content.attempts + 1;
  if (isStale(problem)) {
    const wait = STALE_WAITS[content.stale];
    if (wait === undefined) return { state: 'unreadable', reason, final: true };
    return { ...content, attempts, stale: content.stale + 1, at: ctx.clock.now() + wait, reason };
  }
  const isMissing = isLetterboxError(problem, 'not-found');
  const outlook = outlookOf(problem);
  if (!isMissing && !outlook.again) return { state: 'unreadable', reason, final: true };
  if (seconds(ctx.clock) >= expires) return { state: 'unreadable', reason: goneOr(problem), final: true };
  const retry = later(ctx, content.attempts, outlook.again ? outlook.after : 0);
  return { ...content, attempts, at: Math.min(retry.nextTry, expires * 1000), reason };
}

/** A bug that one message brings out ends the reading of that message only. */
function unforeseen(cause: unknown): LetterboxError {
  const problem = cause instanceof Error ? cause.name : 'unknown';
  return new LetterboxError('internal', { problem }, { cause });
}

/** Caches of a hub may show an earlier state for some minutes. */
function isStale(problem: LetterboxError): boolean {
  return isLetterboxError(problem, 'file-digest', 'record-not-found', 'record-rollback', 'record-conflict');
}

function goneOr(problem: LetterboxError) {
  if (!isLetterboxError(problem, 'not-found')) return errorToWire(problem);
  return errorToWire(new LetterboxError('gone', { url: problem.context.url }));
}

/** A name that was proven long ago is proven again, even where its bearer claims none any more. */
function claimOf(contact: ContactRow, claimed: VerifiedMessage['from']['name'], ctx: Context): ContactRow {
  const { name } = contact;
  if (name === undefined) return withClaim(contact, claimed, ctx.clock.now());
  const isFresh = seconds(ctx.clock) - name.checkedAt < NAME_CHECKED_SECONDS;
  if (isFresh && (claimed === undefined || claimed === name.name)) return contact;
  return withClaim(contact, claimed ?? name.name, ctx.clock.now());
}

function isFetching(entry: EntryRow): entry is Fetched {
  return entry.content.state === 'fetching';
}

async function stillFetching(found: Promise<EntryRow | undefined>): Promise<Fetched | undefined> {
  const entry = await found;
  return entry !== undefined && isFetching(entry) ? entry : undefined;
}

function keyOf({ inbox, from, id }: EntryRow) {
  return [inbox, from, id] as const;
}
