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

/** A message with who wrote it. */
export interface Readable {
  readonly entry: EntryRow;
  readonly contact: ContactRow;
}

/**
 * Tells the app's pages of messages that became readable, where they may read. That it is told is noted after the
 * telling: a worker that dies in between has the next one tell it again, and a page knows a message by its id.
 */
export async function tellReadable(ctx: Context, found: readonly Readable[]): Promise<void> {
  if (found.length === 0 || (await isLocked(ctx))) return; // untold until the person has unlocked
  const due = found.filter(({ entry }) => !ctx.telling.has(nameOf(entry)));
  const heard = await mayHear(ctx, due);
  const unheard = due.filter((one) => !heard.includes(one)).map(({ entry }) => entry);
  if (unheard.length > 0) await noteTold(ctx, unheard);
  // pages that are slow to come back hold nothing else up
  const ours = heard.filter(({ entry }) => !ctx.telling.has(nameOf(entry))); // another may have begun meanwhile
  if (ours.length > 0) void tellAll(ctx, ours).catch(ctx.report);
}

/** Whether it has to be on disk that the app's pages are yet to be told: not where there are none. */
export async function mayBeHeard({ notifier }: Context, app: Origin): Promise<boolean> {
  return (await notifier.hasPages?.(app)) ?? true;
}

async function tellAll(ctx: Context, heard: readonly Readable[]): Promise<void> {
  for (const { entry } of heard) ctx.telling.add(nameOf(entry));
  try {
    const tellings = heard.map(async ({ entry, contact }) => {
      const message = toPageMessage(entry, contact);
      if (message !== undefined) await ctx.notifier.page(entry.app, 'message', message);
      return entry;
    });
    const ended = await Promise.allSettled(tellings);
    for (const one of ended) if (one.status === 'rejected') ctx.report(one.reason);
    await noteTold(
      ctx,
      ended.filter((one) => one.status === 'fulfilled').map(({ value }) => value),
    );
  } finally {
    for (const { entry } of heard) ctx.telling.delete(nameOf(entry));
  }
}

function nameOf({ inbox, from, id }: EntryRow): string {
  return [inbox, from, id].join(' ');
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
  const known = untold.flatMap(({ entry, contact }) => (contact === undefined ? [] : [{ entry, contact }]));
  await tellReadable(ctx, known);
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

/** @returns those of which the app's pages may hear */
function mayHear(ctx: Context, due: readonly Readable[]): Promise<readonly Readable[]> {
  return ctx.store.read(['inboxes', 'grants'], async (tx) => {
    const speaking = new Map<Origin, Address>();
    for (const app of new Set(due.map(({ entry }) => entry.app))) {
      const open = await inboxOfApp(tx, app);
      if (open !== undefined && (await isGranted(tx, app, 'read', seconds(ctx.clock))))
        speaking.set(app, open.address);
    }
    return due.filter(
      ({ entry, contact }) => contact.relation === 'allowed' && speaking.get(entry.app) === entry.inbox,
    );
  });
}

async function noteTold({ store }: Context, all: readonly EntryRow[]): Promise<void> {
  const told = all.filter(({ untold }) => untold !== undefined);
  if (told.length === 0) return;
  await store.write(['entries'], async (tx) => {
    const entries = await Promise.all(
      told.map(({ inbox, from, id }) => tx.get('entries', [inbox, from, id])),
    );
    for (const entry of entries) {
      if (entry?.untold === undefined) continue;
      const { untold: _, ...rest } = entry;
      await tx.put('entries', rest);
    }
  });
}
