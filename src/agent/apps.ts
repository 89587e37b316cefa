import { LetterboxError } from '../protocol/errors.ts';
import type { Address } from '../protocol/ids.ts';
import { parseServerEntry, type ServerEntry } from '../protocol/record.ts';
import { othersOf } from './accounts.ts';
import { putContact } from './contacts.ts';
import type { Context } from './context.ts';
import { eraseIfTold } from './erasing.ts';
import { OVERLAP } from './leaving.ts';
import { linksOf, serverKey, setLinks } from './link-rows.ts';
import type { OpenInbox } from './open-inbox.ts';
import type { ServerTest } from './owner-api.ts';
import { tellApp } from './page-events.ts';
import type { InboxRow } from './rows.ts';
import type { Writing } from './store.ts';
import { parseServer, placesOf, readSettings } from './settings.ts';
import { transportFor } from './transport-for.ts';

/** What the person decides about connected apps. */

const NOW = { attempts: 0, nextTry: 0 };

/**
 * The record is published with the new order, then the new servers are enrolled at. Those no longer in it are listened
 * to for the time of the overlap, and then left.
 */
export async function setServers(
  ctx: Context,
  inbox: Address,
  servers: readonly ServerEntry[],
): Promise<void> {
  const places = placesOf(await readSettings(ctx.store));
  const parsed = new Map<string, ServerEntry>();
  for (const server of servers) {
    const entry = parseServerEntry(server, places);
    if (entry?.type === 'letterbox') parseServer(entry.url, places);
    if (entry !== undefined) parsed.set(serverKey(entry), entry);
  }
  await changeInbox(ctx, inbox, OVERLAP, ({ stopped: _, ...row }) => ({
    ...row,
    servers: [...parsed.values()],
    publish: NOW,
  }));
}

/** Nobody can leave mail any more; what waits is fetched before the servers are left. docs/protocol.md#2 */
export async function stopDelivery(ctx: Context, inbox: Address): Promise<void> {
  await changeInbox(ctx, inbox, 0, (row) => ({
    ...row,
    stopped: row.stopped ?? row.servers,
    servers: [],
    publish: NOW,
  }));
}

export async function deliverAgain(ctx: Context, inbox: Address): Promise<void> {
  await changeInbox(ctx, inbox, OVERLAP, (row) => {
    const { stopped, ...rest } = row;
    return stopped === undefined ? row : { ...rest, servers: stopped, publish: NOW };
  });
}

/**
 * Takes everything back: pages that speak for it hear it at once; the record, the servers and the key follow as work that is due.
 * @param erase its rows follow, too
 */
export async function disconnect(ctx: Context, inbox: Address, erase?: InboxRow['erase']): Promise<void> {
  const { app, aside } = await changeInbox(ctx, inbox, 0, (row) => ({
    ...row,
    ...(erase === undefined ? {} : { erase }),
    state: 'closing',
    servers: [],
    publish: NOW,
  }));
  if (aside === undefined) tellApp(ctx, app, 'disconnect', { reason: 'revoked' });
}

/** The last step of disconnecting; where the key is gone, nobody can tell the servers any more. */
export async function closeIfDone(ctx: Context, row: InboxRow, open: OpenInbox | undefined): Promise<void> {
  if (row.state !== 'closing') return;
  if (row.erase !== undefined) return eraseIfTold(ctx, row);
  const left = await ctx.store.read(['links'], (tx) => linksOf(tx, row.address));
  if (open !== undefined && (row.publish !== undefined || left.length > 0)) return;
  ctx.buckets.forget(row.address);
  await ctx.keys.delete(row.address);
  await ctx.store.write(['inboxes', 'links', 'contacts', 'entries', 'counters'], async (tx) => {
    const current = await tx.get('inboxes', row.address);
    if (current?.state !== 'closing') return; // connected again meanwhile
    await dropRequests(tx, row.address);
    for (const link of await linksOf(tx, row.address)) await tx.delete('links', [link.inbox, link.server]);
    await tx.put('inboxes', { ...current, state: 'closed' });
  });
  ctx.notifier.changed();
}

/** What strangers sent was never fetched, and without the key it never can be. */
async function dropRequests(tx: Writing<'contacts' | 'entries' | 'counters'>, inbox: Address): Promise<void> {
  for (const contact of await tx.list('contacts', { prefix: [inbox] })) {
    if (contact.requestOrder === undefined) continue;
    for (const { from, id } of await tx.list('entries', { prefix: [inbox, contact.address] })) {
      await tx.delete('entries', [inbox, from, id]);
    }
    await putContact(tx, contact, { ...contact, waiting: 0 });
  }
}

/** What is no server's address is said while the question is still open. @throws LetterboxError `malformed` */
export async function requireServer(ctx: Context, url: string): Promise<void> {
  parseServer(url, placesOf(await readSettings(ctx.store)));
}

/** @throws LetterboxError `malformed | unreachable | server-incompatible` */
export async function testServer(ctx: Context, url: string): Promise<ServerTest> {
  const places = placesOf(await readSettings(ctx.store));
  const entry = { type: 'letterbox', url: parseServer(url, places) } as const;
  const started = ctx.clock.now();
  const info = await transportFor(ctx, entry).info(entry);
  const milliseconds = ctx.clock.now() - started;
  if (!info.versions.includes(1)) throw new LetterboxError('server-incompatible', { url: entry.url });
  const { limits: _1, epoch: _2, ...stated } = info;
  return { ...stated, url: entry.url, milliseconds };
}

/** @param overlap how long servers that are dropped by it are listened to, in milliseconds */
async function changeInbox(
  ctx: Context,
  inbox: Address,
  overlap: number,
  change: (row: InboxRow) => InboxRow,
): Promise<InboxRow> {
  const changed = await ctx.store.write(['inboxes', 'links', 'grants'], async (tx) => {
    const row = await tx.get('inboxes', inbox);
    if (row === undefined) throw new LetterboxError('malformed', { what: 'inbox', problem: 'unknown' });
    const after = change(row);
    await tx.put('inboxes', after);
    const order = { before: row.servers, servers: after.servers };
    await setLinks(tx, { inbox, ...order, now: ctx.clock.now(), overlap });
    if (after.state === 'closing' && (await othersOf(tx, row.app, inbox)).length === 0)
      await tx.delete('grants', row.app);
    return after;
  });
  ctx.notifier.changed();
  ctx.kick();
  return changed;
}
