import type { Address, Origin } from '../protocol/ids.ts';
import type { PageEvents, PageMessage } from '../protocol/page-api.ts';
import type { Context } from './context.ts';
import { inboxOfApp, isGranted } from './grants.ts';
import type { ContactRow, EntryRow } from './rows.ts';
import { seconds } from './time.ts';
import { isLocked } from './unlocking.ts';

/** Messages whose pages are being told in this run, so that they are not told side by side. */
export type Telling = Set<string>;

const PORTION = 20;

/** Tells an app's pages what they may miss. */
export function tellApp<Event extends keyof PageEvents>(
  ctx: Pick<Context, 'notifier' | 'report'>,
  app: Origin,
  event: Event,
  detail: PageEvents[Event],
): void {
  void Promise.resolve(ctx.notifier.page(app, event, detail)).catch(ctx.report);
}

/**
 * Tells the app's pages of a message that became readable, where they may read. That it is told is noted after the
 * telling: a worker that dies in between has the next one tell it again, and a page knows a message by its id.
 */
export async function tellReadable(ctx: Context, entry: EntryRow, contact: ContactRow): Promise<void> {
  const key = [entry.inbox, entry.from, entry.id].join(' ');
  if (ctx.telling.has(key) || (await isLocked(ctx))) return; // untold until the person has unlocked
  const message = toPageMessage(entry, contact);
  if (message === undefined || !(await mayHear(ctx, entry, contact))) return noteTold(ctx, entry);
  ctx.telling.add(key);
  const told = Promise.resolve(ctx.notifier.page(entry.app, 'message', message))
    .then(() => noteTold(ctx, entry))
    .finally(() => ctx.telling.delete(key));
  void told.catch(ctx.report); // pages that are slow to come back hold nothing else up
}

/**
 * Those that an earlier run left untold.
 * @returns false: telling makes nothing else due
 */
export async function tellDue(ctx: Context, inbox: Address): Promise<false> {
  const untold = await ctx.store.read(['entries', 'contacts'], async (tx) => {
    const query = { index: 'untold', only: [inbox, 1], limit: PORTION } as const;
    const entries = await tx.list('entries', query);
    return Promise.all(
      entries.map(async (entry) => ({ entry, contact: await tx.get('contacts', [inbox, entry.from]) })),
    );
  });
  for (const { entry, contact } of untold) {
    if (contact !== undefined) await tellReadable(ctx, entry, contact);
  }
  return false;
}

/** @returns undefined for what is not readable */
export function toPageMessage(entry: EntryRow, contact: ContactRow | undefined): PageMessage | undefined {
  const { content, from, id, inbox, sentAt, receivedAt, read } = entry;
  if (content.state !== 'readable') return undefined;
  const { state: _1, name: _2, attachments: _3, ...shown } = content;
  const name = contact?.name === undefined ? {} : { name: contact.name.name };
  return { ...shown, id, from: { address: from, ...name }, to: { address: inbox }, sentAt, receivedAt, read };
}

function mayHear(ctx: Context, { app, inbox }: EntryRow, { relation }: ContactRow): Promise<boolean> {
  return ctx.store.read(['inboxes', 'grants'], async (tx) => {
    const open = await inboxOfApp(tx, app);
    if (relation !== 'allowed' || open?.address !== inbox) return false;
    return isGranted(tx, app, 'read', seconds(ctx.clock));
  });
}

async function noteTold({ store }: Context, { inbox, from, id }: EntryRow): Promise<void> {
  await store.write(['entries'], async (tx) => {
    const entry = await tx.get('entries', [inbox, from, id]);
    if (entry?.untold === undefined) return;
    const { untold: _, ...rest } = entry;
    await tx.put('entries', rest);
  });
}
