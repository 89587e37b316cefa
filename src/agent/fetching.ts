import type { Address, Bucket } from '../protocol/ids.ts';
import { errorToWire, isLetterboxError, LetterboxError } from '../protocol/errors.ts';
import { checkSize, messagePath, openMessage, type VerifiedMessage } from '../protocol/message.ts';
import type { VerifiedPointer } from '../protocol/pointer.ts';
import { fileUrl, readFile } from '../gaia/files.ts';
import { notePending } from './acknowledgements.ts';
import { contactOf, NAME_CHECKED_SECONDS, putContact, withClaim } from './contacts.ts';
import type { Context } from './context.ts';
import { putEntry } from './entries.ts';
import { createGroupCommit } from './group-commit.ts';
import type { OpenInbox } from './open-inbox.ts';
import { tellPage } from './outbox.ts';
import { outlookOf } from './outlook.ts';
import { mayBeHeard, tellReadable, type Readable } from './page-events.ts';
import { readPinned } from './pins.ts';
import { oweReceipts, RECEIPT_TYPE, takeReceipt } from './receipts.ts';
import type { ContactRow, EntryRow, FetchingContent, OutboxRow } from './rows.ts';
import type { Writing } from './store.ts';
import { later, MINUTE, seconds } from './time.ts';
import { asOne } from './unit-of-work.ts';

/** A stale copy is looked at three times more, over ten minutes. docs/protocol.md#4 */
const STALE_WAITS = [MINUTE, 3 * MINUTE, 6 * MINUTE];
/** Looked up at once, and fetched at once. */
const PORTION = 512;
const AT_ONCE = 8;
/** Milliseconds after which a round begins no more fetches: others have work, too. */
const ROUND = 2000;

type Fetched = EntryRow & { readonly content: FetchingContent };

/** What became of an entry's file. */
interface Outcome {
  readonly entry: Fetched;
  readonly result: VerifiedMessage | LetterboxError;
}

/**
 * Fetches the files of accepted senders: fetching ──> readable | unreadable. One that fails never stands in the way of
 * the next; those that come while others are written are written together. docs/protocol.md#4
 * @returns whether anything was due
 */
export async function fetchDue(ctx: Context, open: OpenInbox): Promise<boolean> {
  const due = await dueEntries(ctx, open);
  const left = due.filter(isFetching);
  const keeping = createGroupCommit<Outcome>(ctx.timer, (outcomes) => keepAll(ctx, open, outcomes));
  const buckets = await bucketsOf(ctx, left);
  const end = ctx.clock.now() + ROUND;
  const one = async (): Promise<void> => {
    for (let entry = left.shift(); entry !== undefined; entry = left.shift()) {
      keeping.add(await fetchOne(ctx, open, entry, buckets));
      if (ctx.clock.now() >= end) return;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  await keeping.done();
  return due.length > 0;
}

function dueEntries(ctx: Context, open: OpenInbox): Promise<EntryRow[]> {
  const inbox = open.row.address;
  const upTo = [inbox, ctx.clock.now()];
  const query = { index: 'nextTry', prefix: [inbox], upTo, limit: PORTION } as const;
  return ctx.store.read(['entries'], (tx) => tx.list('entries', query));
}

/** The pinned buckets of those who wrote these, by their addresses. */
async function bucketsOf(ctx: Context, entries: readonly Fetched[]): Promise<Map<Address, Bucket>> {
  const senders = new Map(entries.map((entry) => [entry.from, entry]));
  const contacts = await ctx.store.read(['contacts'], (tx) =>
    Promise.all([...senders.values()].map((entry) => contactOf(tx, { ...entry, address: entry.from }))),
  );
  return new Map(
    contacts.flatMap(({ address, bucket }) => (bucket === undefined ? [] : [[address, bucket]])),
  );
}

async function fetchOne(
  ctx: Context,
  open: OpenInbox,
  entry: Fetched,
  buckets: ReadonlyMap<Address, Bucket>,
): Promise<Outcome> {
  try {
    return { entry, result: await fetchMessage(ctx, open, entry, buckets) };
  } catch (error) {
    return { entry, result: problemOf(ctx, error) };
  }
}

function problemOf(ctx: Context, error: unknown): LetterboxError {
  if (isLetterboxError(error)) return error;
  ctx.report(error);
  return unforeseen(error);
}

async function fetchMessage(
  ctx: Context,
  open: OpenInbox,
  entry: Fetched,
  buckets: ReadonlyMap<Address, Bucket>,
): Promise<VerifiedMessage> {
  const { file, from, id, inbox, app } = entry;
  if (file === undefined) throw new LetterboxError('internal', { problem: 'an entry without its file' });
  checkSize(file);
  if (buckets.get(from) !== file.bucket) await requireBucket(ctx, open, entry, file.bucket);
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

type Tx = Writing<'entries' | 'contacts' | 'counters' | 'outbox' | 'deliveries' | 'links'>;
const TABLES = ['entries', 'contacts', 'counters', 'outbox', 'deliveries', 'links'] as const;

/** What a transaction leaves to be told of. */
interface Kept {
  readonly readable: readonly Readable[];
  readonly receipted: readonly OutboxRow[];
}

/** Writes what became of entries. One that brings out a bug is written by itself, as that. */
async function keepAll(ctx: Context, open: OpenInbox, outcomes: readonly Outcome[]): Promise<void> {
  const [first] = outcomes;
  try {
    await keepTogether(ctx, open, outcomes);
  } catch (error) {
    if (isLetterboxError(error, 'locked') || first === undefined) throw error;
    if (outcomes.length > 1) for (const one of outcomes) await keepAll(ctx, open, [one]);
    else if (first.result instanceof Error) throw error;
    else await keepTogether(ctx, open, [{ ...first, result: problemOf(ctx, error) }]);
  }
}

async function keepTogether(ctx: Context, open: OpenInbox, outcomes: readonly Outcome[]): Promise<void> {
  const untold = (await mayBeHeard(ctx, open.row.app)) ? ({ untold: 1 } as const) : {};
  const kept = await ctx.store.write(TABLES, (tx) =>
    asOne(tx, (batch) => keep(batch, ctx, { open, untold }, outcomes)),
  );
  ctx.notifier.changed();
  for (const row of kept.receipted) tellPage(ctx, row);
  await tellReadable(ctx, kept.readable);
}

interface Keeping {
  readonly open: OpenInbox;
  readonly untold: Pick<EntryRow, 'untold'>;
}

async function keep(
  tx: Tx,
  ctx: Context,
  { open, untold }: Keeping,
  outcomes: readonly Outcome[],
): Promise<Kept> {
  // asked for all at once; what follows finds them in the unit of work
  await Promise.all(outcomes.map(({ entry }) => tx.get('entries', keyOf(entry))));
  const [readable, receipted]: [Readable[], OutboxRow[]] = [[], []];
  for (const { entry, result } of outcomes) {
    const current = await tx.get('entries', keyOf(entry));
    if (current === undefined || !isFetching(current)) continue;
    if (result instanceof Error) await keepFailure(tx, ctx, current, result);
    else if (result.type === RECEIPT_TYPE) receipted.push(...(await keepReceipt(tx, ctx, current, result)));
    else readable.push(await keepReadable(tx, ctx, { ...current, ...untold }, result));
  }
  const owed = readable.map(({ entry }) => entry);
  if (open.settings.receipts) await oweReceipts(tx, ctx, owed);
  return { readable, receipted };
}

async function keepReadable(
  tx: Tx,
  ctx: Context,
  current: Fetched,
  message: VerifiedMessage,
): Promise<Readable> {
  const { id: _1, from, to: _2, app: _3, iat: _4, ...content } = message;
  const name = from.name === undefined ? {} : { name: from.name };
  const contact = await contactOf(tx, { ...current, address: current.from });
  const thread = content.thread === undefined ? {} : { thread: content.thread };
  const readable = {
    ...current,
    ...thread,
    content: { state: 'readable', ...name, ...content },
  } as const;
  const entry = await putEntry(tx, current, readable, contact.relation);
  return { entry, contact: await putContact(tx, contact, claimOf(contact, from.name, ctx)) };
}

async function keepReceipt(
  tx: Tx,
  ctx: Context,
  current: Fetched,
  message: VerifiedMessage,
): Promise<OutboxRow[]> {
  const { inbox, from } = current;
  const { relation } = await contactOf(tx, { ...current, address: from });
  await putEntry(tx, current, { ...current, read: true, content: { state: 'receipt' } }, relation);
  await notePending(tx, current, 'ack');
  return takeReceipt(tx, ctx.clock.now(), { inbox, from, content: message });
}

async function keepFailure(tx: Tx, ctx: Context, current: Fetched, problem: LetterboxError): Promise<void> {
  const { relation } = await contactOf(tx, { ...current, address: current.from });
  await putEntry(tx, current, { ...current, content: contentAfter(ctx, current, problem) }, relation);
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

function keyOf({ inbox, from, id }: EntryRow) {
  return [inbox, from, id] as const;
}
