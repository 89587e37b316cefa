import type { BucketClient } from '../gaia/bucket.ts';
import { errorToWire, isLetterboxError } from '../protocol/errors.ts';
import type { Context } from './context.ts';
import type { OpenInbox } from './open-inbox.ts';
import type { InboxRow } from './rows.ts';
import { seconds } from './time.ts';

/** What says that it is the storage, and not what was to be written there. */
const TROUBLES = ['unreachable', 'hub-unauthorized', 'hub-refused'] as const;

/**
 * Uses the inbox's own storage, and keeps since when it fails, for the person to see: the next use that goes well ends
 * that.
 * @throws LetterboxError what `openBucket` and `act` say
 */
export async function inStorage<Result>(
  ctx: Context,
  open: OpenInbox,
  act: (client: BucketClient) => Promise<Result>,
): Promise<Result> {
  let client: BucketClient | undefined;
  try {
    client = await ctx.buckets.of(open);
    const result = await act(client);
    if (open.row.storageTrouble !== undefined) await keep(ctx, open, () => undefined);
    return result;
  } catch (error) {
    if (isLetterboxError(error) && (client === undefined || isLetterboxError(error, ...TROUBLES))) {
      const since = seconds(ctx.clock);
      await keep(ctx, open, (known) => ({ since: known?.since ?? since, problem: errorToWire(error) }));
    }
    throw error;
  }
}

type Trouble = InboxRow['storageTrouble'];

async function keep(
  { store }: Context,
  { row: used }: OpenInbox,
  change: (known: Trouble) => Trouble,
): Promise<void> {
  await store.write(['inboxes'], async (tx) => {
    const row = await tx.get('inboxes', used.address);
    if (row === undefined || row.hub !== used.hub) return; // connected anew with another one meanwhile
    const { storageTrouble, ...rest } = row;
    const next = change(storageTrouble);
    await tx.put('inboxes', next === undefined ? rest : { ...rest, storageTrouble: next });
  });
}
