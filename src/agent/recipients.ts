import { LetterboxError } from '../protocol/errors.ts';
import {
  addressOfBucket,
  parseAddress,
  parseBucket,
  parseName,
  type Address,
  type Bucket,
  type Name,
  type PlaceOptions,
} from '../protocol/ids.ts';
import { asObject, asString } from '../protocol/json.ts';
import { checkPin, type VerifiedRecord } from '../protocol/record.ts';
import { proveName } from '../gaia/names.ts';
import type { Context } from './context.ts';
import type { OpenInbox } from './open-inbox.ts';
import type { ProvenName } from './owner-api.ts';
import { keepPin, readPin, readPinned } from './pins.ts';
import type { OutboxRow } from './rows.ts';

/** Whom a message is for, with the record that says so. */
export interface FoundRecipient {
  readonly record: VerifiedRecord;
  readonly name?: ProvenName;
}

/**
 * A recipient as a page or the person writes it: a name, an address, or an address with its bucket.
 * @throws LetterboxError `malformed`
 */
export function parseRecipient(value: unknown, places: PlaceOptions): OutboxRow['to'] {
  if (typeof value === 'object' && value !== null) {
    const recipient = asObject(value, 'to');
    const address = parseAddress(recipient['address'], 'to.address');
    const bucket = parseBucket(recipient['bucket'], 'to.bucket', places);
    if (addressOfBucket(bucket) === address) return { address, bucket };
    throw new LetterboxError('malformed', { what: 'to.bucket', problem: 'of another address' });
  }
  const text = asString(value, 'to', 80).trim();
  return /^[1-9A-HJ-NP-Za-km-z]{26,35}$/.test(text) && text.startsWith('1')
    ? { address: parseAddress(text, 'to') }
    : { name: parseName(text.toLowerCase(), 'to') };
}

/** How a recipient was written. */
export function wordsFor(to: OutboxRow['to']): string {
  return 'name' in to ? to.name : to.address;
}

/**
 * Finds the recipient's record: by the name's chain, forth and back, or in the bucket that is known or given for the
 * address. docs/protocol.md#1, docs/protocol.md#2
 * @throws LetterboxError `recipient-unknown`, and what `proveName` and `readRecord` say
 */
export async function findRecipient(
  ctx: Context,
  open: OpenInbox,
  to: OutboxRow['to'],
): Promise<FoundRecipient> {
  const found = 'name' in to ? await findByName(ctx, open, to.name) : await findByAddress(ctx, open, to);
  if (found.record.app !== open.row.app) throw new LetterboxError('recipient-unknown', { to: wordsFor(to) });
  return found;
}

async function findByName(
  ctx: Context,
  { row, web, settings }: OpenInbox,
  name: Name,
): Promise<FoundRecipient> {
  const { registries } = settings;
  const proven = await proveName(name, row.app, { ...web, registries, clock: ctx.clock });
  checkPin(proven.record, await readPin(ctx.store, proven.address));
  await ctx.store.write(['pins'], (tx) => keepPin(tx, proven.address, proven.pin));
  return { record: proven.record, name: { name, checkedAt: proven.checkedAt } };
}

async function findByAddress(
  ctx: Context,
  { row, web }: OpenInbox,
  { address, bucket }: Extract<OutboxRow['to'], { address: unknown }>,
): Promise<FoundRecipient> {
  const place = bucket ?? (await knownBucket(ctx, row.address, address));
  if (place === undefined) throw new LetterboxError('recipient-unknown', { to: address });
  const { record } = await readPinned(ctx, web, { address, bucket: place });
  return { record };
}

/** Where an address was met before: the bucket that was verified, else the one that it signed a message with. */
function knownBucket({ store }: Context, inbox: Address, address: Address): Promise<Bucket | undefined> {
  return store.read(['contacts', 'entries'], async (tx) => {
    const contact = await tx.get('contacts', [inbox, address]);
    if (contact?.bucket !== undefined) return contact.bucket;
    const entries = await tx.list('entries', { prefix: [inbox, address] });
    return entries.find((entry) => entry.file !== undefined)?.file?.bucket;
  });
}
