import { digest } from '../protocol/bytes.ts';
import { errorToWire, LetterboxError, type ErrorCode } from '../protocol/errors.ts';
import { newId, type MessageId } from '../protocol/ids.ts';
import { MESSAGE_MAX_BYTES, messagePath, sealMessage } from '../protocol/message.ts';
import { sealPointer } from '../protocol/pointer.ts';
import { putOnce } from '../gaia/put-once.ts';
import { contactOf, putContact, setRelation } from './contacts.ts';
import type { Context } from './context.ts';
import { deliver } from './delivering.ts';
import { touchLinks } from './link-rows.ts';
import type { OpenInbox } from './open-inbox.ts';
import { accepted, failed, keptUntil, reposted, stored } from './outbox-rows.ts';
import { expected, outlookOf } from './outlook.ts';
import { inboxOfApp, isGranted } from './grants.ts';
import { tellApp } from './page-events.ts';
import { isGrowing } from './receipts.ts';
import { findRecipient, type FoundRecipient } from './recipients.ts';
import type { OutboxRow } from './rows.ts';
import { inStorage } from './storage.ts';
import type { Writing } from './store.ts';
import { DAY, later, seconds } from './time.ts';

/**
 *               file and pointer on disk,     one of the servers      a receipt
 *               file in the bucket            answered 201 or 200
 *     queued ─────────────────────> stored ─────────────────> accepted ────────> delivered
 *        │                            │  ▲                     │    ▲
 *        └──────────> failed <────────┘  └ retrySend           └────┘ the same bytes again after 1 and 7 days
 *
 * Every arrow is one transaction, taken after its act succeeded; the acts are repeatable, since what they use was
 * written before. A message is sealed once: the same file and the same pointer string for as long as it takes.
 * docs/protocol.md#7
 */

const GIVE_UP_AFTER = 7 * DAY;
/** How often one repost is tried, before it is left for the next one. */
const REPOST_ATTEMPTS = 5;
/** So often, by then once a day, a file that is to go is tried: its hub is gone, and the row goes without it. */
const REMOVAL_ATTEMPTS = 33;
const PORTION = 20;

/** @returns whether anything was due */
export async function sendDue(ctx: Context, open: OpenInbox): Promise<boolean> {
  const inbox = open.row.address;
  const now = ctx.clock.now();
  const query = { index: 'nextTry', prefix: [inbox], upTo: [inbox, now], limit: PORTION } as const;
  const { due, isFetching } = await ctx.store.read(['outbox', 'entries'], async (tx) => ({
    due: await tx.list('outbox', query),
    isFetching: (await tx.list('entries', { ...query, limit: 1 })).length > 0,
  }));
  // while messages come in, a receipt waits for more of them to tell of
  const ready = isFetching ? due.filter((row) => !isGrowing(row)) : due;
  const moved = await Promise.all(ready.map((row) => advance(ctx, open, row)));
  return moved.some(Boolean);
}

/** Takes one message as far as it gets now. */
async function advance(ctx: Context, open: OpenInbox, first: OutboxRow): Promise<boolean> {
  let row: OutboxRow | undefined = first;
  let moved = false;
  while (row?.nextTry !== undefined && row.nextTry <= ctx.clock.now() && isReady(row, open)) {
    const after = await step(ctx, open, row);
    if (after !== undefined && isSame(row, after)) break; // whatever that was, once more now would be the same
    moved = true;
    row = after;
  }
  return moved;
}

function isSame(before: OutboxRow, after: OutboxRow): boolean {
  const { state, nextTry, attempts, reposts, pointer } = before;
  return (
    after.state === state &&
    after.nextTry === nextTry &&
    after.attempts === attempts &&
    after.reposts === reposts &&
    after.withdrawn === before.withdrawn &&
    after.pointer?.delivery === pointer?.delivery &&
    JSON.stringify(after.content) === JSON.stringify(before.content)
  );
}

/** Nothing is posted before the own record stands where the recipient's server will look for it. */
function isReady(row: OutboxRow, open: OpenInbox): boolean {
  return row.state !== 'stored' || row.withdrawn === true || open.row.published !== undefined;
}

async function step(ctx: Context, open: OpenInbox, row: OutboxRow): Promise<OutboxRow | undefined> {
  try {
    if (isToGo(row, ctx.clock.now())) {
      await withdraw(ctx, open, row);
      return undefined;
    }
    if (row.state === 'queued') {
      return row.file === undefined ? await seal(ctx, open, row) : await storeFile(ctx, open, row, row.file);
    }
    await deliver(ctx, open, row);
    return await change(ctx, row.id, (current) => accepted(current, ctx.clock.now()));
  } catch (error) {
    const problem = expected(error);
    return change(ctx, row.id, (current) => afterFailure(ctx, current, problem));
  }
}

async function seal(ctx: Context, open: OpenInbox, row: OutboxRow): Promise<OutboxRow | undefined> {
  const found = await findRecipient(ctx, open, row.to);
  await requireSamePerson(ctx, row, found);
  const sealed = await sealFor(ctx, open, row, found);
  const tables = ['outbox', 'contacts', 'entries', 'counters', 'inboxes', 'links'] as const;
  const after = await ctx.store.write(tables, async (tx) => {
    const current = await tx.get('outbox', row.id);
    if (current === undefined || current.withdrawn === true) return current;
    if (JSON.stringify(current.content) !== JSON.stringify(row.content)) return current; // a receipt has grown
    const { openReceipt: _1, reason: _2, ...rest } = current;
    const next = { ...rest, ...sealed, attempts: 0 };
    await tx.put('outbox', next);
    if (row.kind === 'message') await befriend(tx, ctx, next, found);
    return next;
  });
  ctx.notifier.changed();
  return after;
}

/**
 * A name that the person knows at one address and that leads to another one now (transferred, or an old profile
 * replayed) is not written to under its name. docs/protocol.md#1
 * @throws LetterboxError `name-moved`
 */
async function requireSamePerson(
  ctx: Context,
  row: OutboxRow,
  { record, name }: FoundRecipient,
): Promise<void> {
  if (name === undefined || row.movedTo === record.address) return;
  const known = await ctx.store.read(['contacts'], (tx) =>
    tx.list('contacts', { index: 'provenName', only: [row.inbox, name.name] }),
  );
  const isKnown = known.some(({ address }) => address === record.address);
  const other = known.find(({ relation }) => relation === 'allowed');
  if (row.movedTo === undefined && (isKnown || other === undefined)) return;
  throw new LetterboxError('name-moved', { name: name.name, address: record.address });
}

type Sealed = Required<Pick<OutboxRow, 'recipient' | 'file' | 'pointer'>>;

async function sealFor(
  ctx: Context,
  open: OpenInbox,
  row: OutboxRow,
  { record, name }: FoundRecipient,
): Promise<Sealed> {
  const { key, row: own, caller } = open;
  const ownName = caller.name === undefined ? {} : { name: caller.name };
  const toName = name === undefined ? {} : { name: name.name };
  const { address: to, publicKey } = record;
  const { id, app, createdAt: iat, content } = row;
  const from = { address: own.address, bucket: own.bucket, ...ownName };
  const message = { ...content, id, from, to: { address: to, ...toName }, app, iat };
  const file = await sealMessage(message, publicKey, ctx.cipher);
  const limit = Math.min(MESSAGE_MAX_BYTES, record.accept.maxBytes);
  if (file.length > limit)
    throw new LetterboxError('too-large', { what: 'message', limit, size: file.length });
  const { bucket } = own;
  const claims = { bucket, ...ownName, to, app, id, sha256: digest(file), size: file.length, iat };
  const pointer = await sealPointer(claims, { sender: key, recipient: publicKey }, ctx.cipher);
  return {
    recipient: { address: to, bucket: record.bucket, publicKey, ...toName },
    file,
    pointer: { delivery: newId(ctx.random), pointer },
  };
}

/** Who is written to may answer; only the person's own hand lifts a block. docs/protocol.md#8 */
async function befriend(
  tx: Writing<'contacts' | 'entries' | 'counters' | 'inboxes' | 'links'>,
  ctx: Context,
  row: OutboxRow,
  { record, name }: FoundRecipient,
): Promise<void> {
  const key = { inbox: row.inbox, address: record.address, app: row.app };
  let contact = await contactOf(tx, key);
  const isNew = contact.relation === 'unknown' || (contact.relation === 'blocked' && row.by === 'owner');
  if (isNew) {
    contact = await setRelation(tx, key, 'allowed', ctx.clock.now());
    await touchLinks(tx, row.inbox);
  }
  await putContact(tx, contact, {
    ...contact,
    bucket: record.bucket,
    ...(name === undefined ? {} : { name }),
  });
}

async function storeFile(
  ctx: Context,
  open: OpenInbox,
  row: OutboxRow,
  file: Uint8Array,
): Promise<OutboxRow | undefined> {
  await inStorage(ctx, open, (client) =>
    putOnce(client, messagePath(row.id), file, { contentType: 'application/json' }),
  );
  return change(ctx, row.id, (current) => stored(current, ctx.clock.now()));
}

/** The person took it back, or its time is over. */
function isToGo(row: OutboxRow, now: number): boolean {
  return row.withdrawn === true || keptUntil(row) <= now;
}

/** What is to go does: the file goes first, the row after it. */
async function withdraw(ctx: Context, open: OpenInbox, row: OutboxRow): Promise<void> {
  if (row.pointer !== undefined) {
    await inStorage(ctx, open, (client) => client.remove(messagePath(row.id)));
  }
  await ctx.store.write(['outbox'], (tx) => tx.delete('outbox', row.id));
  ctx.notifier.changed();
}

/** @returns undefined where the row is let go */
function afterFailure(ctx: Context, row: OutboxRow, problem: LetterboxError): OutboxRow | undefined {
  const outlook = outlookOf(problem);
  const now = ctx.clock.now();
  if (isToGo(row, now)) return afterRemovalFailed(ctx, row);
  const retry = later(ctx, row.attempts, outlook.again ? outlook.after : 0);
  if (row.state !== 'queued' && row.state !== 'stored') {
    const isUseless = !outlook.again || row.attempts >= REPOST_ATTEMPTS;
    return isUseless ? reposted(row, now) : { ...row, ...retry }; // accepted it stays, or delivered
  }
  const isLate = now - row.createdAt * 1000 > GIVE_UP_AFTER;
  if (!outlook.again || isLate) return failed(row, problem);
  return { ...row, ...retry, reason: errorToWire(problem) };
}

/** Nothing ends what is to go but its file's removal, or weeks in which nobody could remove it. */
function afterRemovalFailed(ctx: Context, row: OutboxRow): OutboxRow | undefined {
  if (row.attempts >= REMOVAL_ATTEMPTS) return undefined;
  const isLasting = row.attempts >= REPOST_ATTEMPTS;
  return { ...row, ...later(ctx, row.attempts, isLasting ? DAY / 1000 : 0) };
}

/** Changes a message's row as it is now, and tells of it. */
async function change(
  ctx: Context,
  id: MessageId,
  how: (row: OutboxRow) => OutboxRow | undefined,
): Promise<OutboxRow | undefined> {
  const [before, after] = await ctx.store.write(['outbox'], async (tx) => {
    const row = await tx.get('outbox', id);
    if (row === undefined) return [];
    const next = how(row);
    if (next === undefined) await tx.delete('outbox', id);
    else await tx.put('outbox', next);
    return [row, next];
  });
  ctx.notifier.changed();
  if (before !== undefined && after !== undefined && before.state !== after.state) tellPage(ctx, after);
  return after;
}

/** To the app whose page sent it, while its pages speak for that inbox and it may send. */
export function tellPage(ctx: Context, row: OutboxRow): void {
  if (row.by === 'page') void tellSpeaking(ctx, row).catch(ctx.report);
}

async function tellSpeaking(ctx: Context, row: OutboxRow): Promise<void> {
  const mayHear = await ctx.store.read(['inboxes', 'grants'], async (tx) => {
    const speaking = await inboxOfApp(tx, row.app);
    return speaking?.address === row.inbox && (await isGranted(tx, row.app, 'send', seconds(ctx.clock)));
  });
  if (!mayHear) return;
  const { id, state, reason } = row;
  const why: { reason?: ErrorCode } =
    state === 'failed' && reason !== undefined ? { reason: reason.code } : {};
  tellApp(ctx, row.app, 'outbox', { id, state, ...why });
}
