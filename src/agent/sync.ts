import { isLetterboxError, LetterboxError } from '../protocol/errors.ts';
import { openPointer } from '../protocol/pointer.ts';
import type { Cursor, Delivery, DeliveryPage } from '../protocol/server-api.ts';
import type { Transport } from '../protocol/transport.ts';
import type { Context } from './context.ts';
import { updateLink } from './link-rows.ts';
import type { OpenInbox } from './open-inbox.ts';
import { receiveAll, type Opened } from './receive.ts';
import type { LinkRow } from './rows.ts';
import { DAY } from './time.ts';
import { asOne } from './unit-of-work.ts';

/** As many as one visit takes before everything else has its turn. */
const PAGES_A_VISIT = 5;
/** Far more than a full inbox has: a server that goes on for longer is not counting. */
const MAX_PAGES = 500;

/** `cursor` follows what is new; `walk` goes through the whole list once a day. */
type Course = 'cursor' | 'walk';

interface Visit {
  readonly ctx: Context;
  readonly open: OpenInbox;
  readonly link: LinkRow;
  readonly transport: Transport;
}

/**
 * Pulls what one server has for one inbox: new deliveries, and once a day all of them. Each page's messages and the
 * cursor behind them are committed together; nothing is sent. docs/protocol.md#7
 * @returns whether that was all: of a long list, a visit takes a part
 * @throws LetterboxError `server-incompatible` for a list that does not end
 */
export async function pull(
  ctx: Context,
  open: OpenInbox,
  link: LinkRow,
  transport: Transport,
): Promise<boolean> {
  const visit = { ctx, open, link, transport };
  if (!(await follow(visit, 'cursor'))) return false;
  const now = ctx.clock.now();
  if (link.walkedAt !== undefined) {
    if (now - link.walkedAt < DAY) return true;
    if (!(await follow(visit, 'walk'))) return false;
  } // else the cursor has just come all the way from the start
  await updateLink(ctx, link, ({ walk: _, ...row }) => ({ ...row, walkedAt: now }));
  return true;
}

/** @returns whether it came to the end of the list */
async function follow(visit: Visit, course: Course): Promise<boolean> {
  for (let pages = 0; pages < PAGES_A_VISIT; pages += 1) {
    const after = await placeOn(visit, course);
    const page = await pageAfter(visit, course, after);
    if (page === 'again') continue;
    const isCounting = page.cursor !== after && page.items.length > 0;
    const taken = await take(visit, course, page);
    if (!page.more) return true;
    if (!isCounting || taken > MAX_PAGES)
      throw new LetterboxError('server-incompatible', { url: visit.link.entry.url });
  }
  return false;
}

async function placeOn({ ctx, link }: Visit, course: Course): Promise<Cursor | undefined> {
  const row = await ctx.store.read(['links'], (tx) => tx.get('links', [link.inbox, link.server]));
  return course === 'cursor' ? row?.cursor : row?.walk?.cursor;
}

async function pageAfter(
  { ctx, open, link, transport }: Visit,
  course: Course,
  after: Cursor | undefined,
): Promise<DeliveryPage | 'again'> {
  try {
    return await transport.list(link.entry, open.caller, after);
  } catch (error) {
    // The server was restored from a backup, say: from the start, where what is known will be recognised.
    if (after === undefined || !isLetterboxError(error, 'cursor-expired')) throw error;
    await updateLink(ctx, link, (row) => withPlace(row, course, undefined));
    return 'again';
  }
}

/** @returns how many pages it is by now since the list was last at its end */
async function take({ ctx, open, link }: Visit, course: Course, page: DeliveryPage): Promise<number> {
  const opened = await openAll(ctx, open, link, page.items);
  const tables = ['inboxes', 'links', 'entries', 'deliveries', 'contacts', 'counters'] as const;
  const taken = await ctx.store.write(tables, async (tx) => {
    const row = await tx.get('links', [link.inbox, link.server]);
    if (row === undefined) return 0; // left meanwhile
    const place = { row: open.row, server: link.server, now: ctx.clock.now() };
    await asOne(tx, (batch) => receiveAll(batch, place, opened));
    const { pages = 0, ...next } = withPlace(row, course, page.cursor);
    const isAtEnd = !page.more && (course === 'walk' || next.walk === undefined);
    await tx.put('links', isAtEnd ? next : { ...next, pages: pages + 1 });
    return pages + 1;
  });
  if (opened.length > 0) ctx.notifier.changed();
  return taken;
}

/** Opens the pointers that are new; known deliveries are not opened again. */
async function openAll(
  ctx: Context,
  open: OpenInbox,
  { inbox, server }: LinkRow,
  items: readonly Delivery[],
): Promise<Opened[]> {
  const known = await ctx.store.read(['deliveries'], (tx) =>
    Promise.all(items.map(({ from, id }) => tx.get('deliveries', [inbox, server, from.address, id]))),
  );
  return Promise.all(
    items.map(async (delivery, index) =>
      known[index] === undefined ? openOne(ctx, open, delivery) : { delivery },
    ),
  );
}

async function openOne(ctx: Context, { row, key, places }: OpenInbox, delivery: Delivery): Promise<Opened> {
  const { address: to, app } = row;
  try {
    const check = { ...places, to, app, sender: delivery.from };
    return { delivery, pointer: await openPointer(delivery.pointer, key, ctx.cipher, check, ctx.verify) };
  } catch (error) {
    if (!isLetterboxError(error)) throw error;
    return { delivery, failure: error };
  }
}

function withPlace(row: LinkRow, course: Course, place: Cursor | undefined): LinkRow {
  const { cursor, walk: _, ...rest } = row;
  const at = place === undefined ? {} : { cursor: place };
  if (course === 'walk') return { ...rest, ...(cursor === undefined ? {} : { cursor }), walk: at };
  return { ...rest, ...at, ...(row.walk === undefined ? {} : { walk: row.walk }) };
}
