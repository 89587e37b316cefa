import { isLetterboxError } from '../protocol/errors.ts';
import { proveName } from '../gaia/names.ts';
import { putContact } from './contacts.ts';
import type { Context } from './context.ts';
import type { OpenInbox } from './open-inbox.ts';
import { expected, outlookOf } from './outlook.ts';
import type { ProvenName } from './owner-api.ts';
import type { ContactRow } from './rows.ts';
import { later } from './time.ts';

const PORTION = 4;
/** A name that cannot be proven after so many looks stays a claim, until its bearer writes again. */
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
    await settle(ctx, contact, name === undefined ? {} : { name });
  } catch (error) {
    const outlook = outlookOf(expected(error));
    const attempts = contact.nameTry?.attempts ?? 0;
    const isOver = attempts >= ATTEMPTS || !(outlook.again || isLetterboxError(error, 'record-not-found'));
    await settle(ctx, contact, isOver ? {} : { nameTry: later(ctx, attempts) });
  }
  ctx.notifier.changed();
}

async function proofFor(ctx: Context, open: OpenInbox, contact: ContactRow): Promise<ProvenName | undefined> {
  const { claimedName, app, address } = contact;
  if (claimedName === undefined) return undefined;
  const { registry } = open.settings;
  const proven = await proveName(claimedName, app, { ...open.web, registry, clock: ctx.clock });
  return proven.address === address ? { name: claimedName, checkedAt: proven.checkedAt } : undefined;
}

async function settle(
  ctx: Context,
  used: ContactRow,
  result: Pick<ContactRow, 'name' | 'nameTry'>,
): Promise<void> {
  await ctx.store.write(['contacts', 'counters'], async (tx) => {
    const contact = await tx.get('contacts', [used.inbox, used.address]);
    if (contact === undefined || contact.claimedName !== used.claimedName) return; // another claim came meanwhile
    const { nameTry: _, ...rest } = contact;
    await putContact(tx, contact, { ...rest, ...result });
  });
}
