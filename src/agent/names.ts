import { isLetterboxError } from '../protocol/errors.ts';
import { checkNameAgrees, resolveName } from '../gaia/names.ts';
import { NAME_CHECKED_SECONDS, putContact } from './contacts.ts';
import type { Context } from './context.ts';
import type { OpenInbox } from './open-inbox.ts';
import { expected, outlookOf } from './outlook.ts';
import type { ProvenName } from './owner-api.ts';
import { readPinned } from './pins.ts';
import type { ContactRow } from './rows.ts';
import { DAY, later, seconds } from './time.ts';

const PORTION = 4;
/** A name that cannot be proven after so many looks stays a claim, until its bearer writes again, or the way there is open. */
const ATTEMPTS = 8;

/**
 * Proves the names that accepted senders claim: forth through registry and profile, and back by their record.
 * docs/protocol.md#1
 * @returns whether anything was due
 */
export async function proveDue(ctx: Context, open: OpenInbox): Promise<boolean> {
  const inbox = open.row.address;
  const upTo = [inbox, ctx.clock.now()];
  const query = { index: 'nextNameTry', prefix: [inbox], upTo, limit: PORTION } as const;
  const due = await ctx.store.read(['contacts'], (tx) => tx.list('contacts', query));
  await Promise.all(due.map((contact) => proveOne(ctx, open, contact)));
  return due.length > 0;
}

async function proveOne(ctx: Context, open: OpenInbox, contact: ContactRow): Promise<void> {
  try {
    const name = await proofFor(ctx, open, contact);
    await settle(ctx, contact, name === undefined ? 'refuted' : { name });
  } catch (error) {
    const outlook = outlookOf(expected(error));
    const attempts = contact.nameTry?.attempts ?? 0;
    const isMissing = isLetterboxError(error, 'record-not-found');
    if (!outlook.again && (!isMissing || attempts >= ATTEMPTS)) await settle(ctx, contact, 'refuted');
    else if (attempts < ATTEMPTS) await settle(ctx, contact, { nameTry: later(ctx, attempts) });
    else if (isLetterboxError(error, 'unreachable'))
      await settle(ctx, contact, { nameTry: later(ctx, attempts, DAY / 1000) });
    else await settle(ctx, contact, {});
  }
  ctx.notifier.changed();
}

async function proofFor(ctx: Context, open: OpenInbox, contact: ContactRow): Promise<ProvenName | undefined> {
  const { claimedName, app, address } = contact;
  if (claimedName === undefined) return undefined;
  const { registries } = open.settings;
  const resolved = await resolveName(claimedName, app, { ...open.web, registries, clock: ctx.clock });
  if (resolved.address !== address) return undefined; // whether or not there is a record
  const { record } = await readPinned(ctx, open.web, resolved);
  checkNameAgrees(resolved, record);
  return { name: claimedName, checkedAt: resolved.checkedAt };
}

async function settle(
  ctx: Context,
  used: ContactRow,
  result: Pick<ContactRow, 'name' | 'nameTry'> | 'refuted',
): Promise<void> {
  await ctx.store.write(['contacts', 'counters'], async (tx) => {
    const contact = await tx.get('contacts', [used.inbox, used.address]);
    if (contact === undefined || contact.claimedName !== used.claimedName) return; // another claim came meanwhile
    const { nameTry: _, ...rest } = contact;
    await putContact(tx, contact, result === 'refuted' ? withoutStale(rest, ctx) : { ...rest, ...result });
  });
}

/** Where the chain does not hold, the address is what is shown; another name that was just proven stays. */
function withoutStale(contact: ContactRow, ctx: Context): ContactRow {
  const { name, ...rest } = contact;
  if (name === undefined || name.name === contact.claimedName) return rest;
  return seconds(ctx.clock) - name.checkedAt < NAME_CHECKED_SECONDS ? contact : rest;
}
