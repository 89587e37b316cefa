import { LetterboxError } from '../protocol/errors.ts';
import { contactOf, isWaiting, putContact, setRelation, withClaim } from './contacts.ts';
import type { Context } from './context.ts';
import { touchLinks } from './link-rows.ts';
import type { SenderKey } from './owner-api.ts';
import { removeEntries } from './reading.ts';
import type { ContactRow, Relation } from './rows.ts';
import type { Writing } from './store.ts';

/** What the person decides about senders; the servers' policy follows by itself. docs/protocol.md#8 */

const TABLES = ['contacts', 'entries', 'counters', 'inboxes', 'links'] as const;

export function accept(ctx: Context, sender: SenderKey): Promise<void> {
  return relate(ctx, sender, () => 'allowed');
}

export function block(ctx: Context, sender: SenderKey): Promise<void> {
  return relate(ctx, sender, () => 'blocked');
}

/** Back to what it was: someone whose bucket was verified had been accepted, or written to. */
export function unblock(ctx: Context, sender: SenderKey): Promise<void> {
  return relate(ctx, sender, ({ bucket }) => (bucket === undefined ? 'unknown' : 'allowed'));
}

/** Deletes what waits, unread; the sender stays unknown. */
export async function dismiss(ctx: Context, { inbox, from }: SenderKey): Promise<void> {
  const entries = await ctx.store.read(['entries'], (tx) => tx.list('entries', { prefix: [inbox, from] }));
  await removeEntries(ctx, entries.filter(isWaiting));
  await ctx.store.write(['contacts', 'entries', 'counters'], async (tx) => {
    const contact = await tx.get('contacts', [inbox, from]);
    if (contact?.relation !== 'unknown') return;
    const left = (await tx.list('entries', { prefix: [inbox, from] })).filter(isWaiting);
    const { hearsay: _, ...rest } = contact;
    await putContact(tx, contact, { ...rest, waiting: left.length });
  });
  ctx.notifier.changed();
}

export function blocked({ store }: Context): Promise<readonly SenderKey[]> {
  return store.read(['contacts', 'inboxes'], async (tx) => {
    const found: SenderKey[] = [];
    for (const { address: inbox } of await tx.list('inboxes')) {
      const contacts = await tx.list('contacts', { index: 'relation', prefix: [inbox, 'blocked'] });
      found.push(...contacts.map(({ address: from }) => ({ inbox, from })));
    }
    return found;
  });
}

async function relate(
  ctx: Context,
  { inbox, from: address }: SenderKey,
  relationFor: (contact: ContactRow) => Relation,
): Promise<void> {
  await ctx.store.write(TABLES, async (tx) => {
    const row = await tx.get('inboxes', inbox);
    if (row === undefined)
      throw new LetterboxError('malformed', { what: 'sender.inbox', problem: 'unknown' });
    const key = { inbox, address, app: row.app };
    const before = await contactOf(tx, key);
    const relation = relationFor(before);
    const contact = await setRelation(tx, key, relation, ctx.clock.now());
    if (relation === 'allowed') await askForName(tx, contact, ctx.clock.now());
    await touchLinks(tx, inbox);
  });
  ctx.notifier.changed();
  ctx.kick();
}

async function askForName(
  tx: Writing<'contacts' | 'counters'>,
  contact: ContactRow,
  now: number,
): Promise<void> {
  if (contact.name !== undefined) return;
  await putContact(tx, contact, withClaim(contact, contact.claimedName, now));
}
