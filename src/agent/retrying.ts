import { LetterboxError } from '../protocol/errors.ts';
import { contactOf } from './contacts.ts';
import type { Context } from './context.ts';
import { putEntry } from './entries.ts';
import type { EntryKey } from './owner-api.ts';
import type { EntryRow } from './rows.ts';

/**
 * The person asks for it once more: the file is fetched again. Where the pointer itself could not be opened, doing so
 * again gives the same, so the entry stays as it is.
 * @throws LetterboxError `malformed`
 */
export async function retryEntry(ctx: Context, { inbox, from, id }: EntryKey): Promise<void> {
  await ctx.store.write(['entries', 'contacts', 'counters'], async (tx) => {
    const entry = await tx.get('entries', [inbox, from, id]);
    if (entry === undefined) throw new LetterboxError('malformed', { what: 'key', problem: 'unknown' });
    if (!isWorthIt(entry)) return;
    const { relation } = await contactOf(tx, { inbox, address: from, app: entry.app });
    const attempts = 1; // so that it stays where it is shown while it is fetched
    const content = { state: 'fetching', attempts, stale: 0, at: ctx.clock.now() } as const;
    await putEntry(tx, entry, { ...entry, content }, relation);
  });
  ctx.notifier.changed();
  ctx.kick();
}

function isWorthIt({ content, file }: EntryRow): boolean {
  return file !== undefined && (content.state === 'unreadable' || content.state === 'fetching');
}
