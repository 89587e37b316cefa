import { LetterboxError } from '../protocol/errors.ts';
import type { Origin } from '../protocol/ids.ts';
import type { VerifiedRecord } from '../protocol/record.ts';
import type { VerifiedRequest } from '../protocol/tokens.ts';
import { nowOf, type ServerContext } from './context.ts';
import { unlessAnswered } from './looked-up.ts';
import type { Permit } from './ports.ts';
import { digestOf } from './stores/digest.ts';
import type { Inbox, Recipient, StoredRecord } from './stores/store.ts';

const CONFIRM_SECONDS = 86_400;
const FRESH_SECONDS = 60;
/** A copy older than the record enrolled with is asked for again after this, so that a hub that lags is not pressed. */
const STALE_SECONDS = 10;

/** One and the same for every reason: a sender learns nothing of the recipient from it. docs/protocol.md#5 */
export function refused(cause?: unknown): LetterboxError<'recipient-refused'> {
  return new LetterboxError('recipient-refused', {}, { cause });
}

const failed = unlessAnswered(refused);

/**
 * Whether the recipient wants to hear from this sender, as far as that is known without a look-up.
 * @throws LetterboxError `recipient-refused`
 */
export function checkPolicy({ inbox, standing }: Recipient, sender: VerifiedRequest, now: number): void {
  if (inbox.frozen || inbox.exp <= now || standing === 'blocked') throw refused();
  const unnamed = inbox.unknown === 'named' && sender.name === undefined;
  if (standing !== 'allowed' && (inbox.unknown === 'closed' || unnamed)) throw refused();
}

/** Whether its own bucket listed this server less than a day ago. */
export function isConfirmed({ confirmed = 0 }: Inbox, now: number): boolean {
  const age = now - confirmed;
  return age >= 0 && age < CONFIRM_SECONDS; // below 0: from a clock that was set back since
}

/**
 * Before the first delivery, and at most daily after: the recipient's own bucket lists this server. Fetches from the
 * enrolled bucket only, never on a caller's word. docs/protocol.md#5
 * @returns the inbox by the newest record
 * @throws LetterboxError `recipient-refused`; `unavailable`, `lookup-busy` where the hub gives no answer, or an old one
 */
export async function confirmRecipient(context: ServerContext, inbox: Inbox, permit: Permit): Promise<Inbox> {
  const read = (maxAge: number): Promise<VerifiedRecord> =>
    context.lookup.record(inbox.bucket, maxAge, permit).catch(failed);
  const cached = await read(FRESH_SECONDS);
  const record = cached.seq < inbox.seq ? await read(STALE_SECONDS) : cached;
  if (record.seq < inbox.seq) throw new LetterboxError('unavailable', { after: 3 * STALE_SECONDS });
  const stored = storedRecord(record);
  if (stored.seq === inbox.seq && stored.digest !== inbox.digest) throw refused();
  const listed = record.app === inbox.app && listsServer(record, context.origin);
  const now = nowOf(context);
  await context.store.confirm(stored, listed ? 'listed' : 'frozen', now);
  return { ...stored, confirmed: listed ? now : undefined, frozen: !listed };
}

export function listsServer({ servers }: VerifiedRecord, origin: Origin): boolean {
  return servers.some((server) => server.type === 'letterbox' && server.url === origin);
}

export function storedRecord(record: VerifiedRecord): StoredRecord {
  const { address, app, bucket, seq, exp, token, accept } = record;
  return { address, app, bucket, seq, exp, digest: digestOf(token), unknown: accept.unknown };
}
