import type { Digest } from '../../protocol/bytes.ts';
import { LetterboxError } from '../../protocol/errors.ts';
import type { PolicyBody } from '../../protocol/server-api.ts';
import type { Admission, Inbox, Invite, Plan, StoredRecord, StoreLimits } from './store.ts';

/** What every store decides alike, whatever it keeps its state in. */

/** How long a delivery is kept. docs/protocol.md#6 */
export const RETENTION_SECONDS = 30 * 86_400;

/**
 * When an inbox is erased that nobody renews: its record ran out, so that it takes nothing more, and whatever it took has
 * expired since. Unix seconds.
 */
export function endOf({ exp }: Pick<StoredRecord, 'exp'>): number {
  return exp + RETENTION_SECONDS;
}

export function isInvite(admission: Admission): admission is Invite {
  return typeof admission !== 'string' && 'id' in admission;
}

/** Whether an inbox that keeps so much is on another plan than these grounds say. */
export function isOtherPlan(admission: Admission, stored: number | undefined): admission is Invite | Plan {
  return typeof admission !== 'string' && admission.stored !== stored;
}

/**
 * What becomes of an inbox whose owner renews it; undefined where nothing changes.
 * @throws LetterboxError `seq`
 */
export function renewed(stored: Inbox, record: StoredRecord): Inbox | undefined {
  if (record.seq > stored.seq) {
    const stays = stored.bucket === record.bucket && !stored.frozen;
    return { ...record, confirmed: stays ? stored.confirmed : undefined, frozen: false };
  }
  if (record.digest !== stored.digest) throw new LetterboxError('seq', {});
  return undefined;
}

/** What becomes of an inbox by what its well-known place says; undefined where nothing changes. */
export function confirmed(
  stored: Inbox | undefined,
  record: StoredRecord,
  state: 'listed' | 'frozen',
  now: number,
): Inbox | undefined {
  if (stored === undefined || record.seq < stored.seq) return undefined;
  if (record.seq === stored.seq && record.digest !== stored.digest) return undefined;
  const listed = state === 'listed';
  return { ...record, confirmed: listed ? now : undefined, frozen: !listed };
}

/**
 * Whether a policy takes the place of the stored one; false for the same one again.
 * @throws LetterboxError `seq`
 */
export function supersedes(
  policy: PolicyBody,
  bytes: Digest,
  stored: { readonly seq: number; readonly digest: string } | undefined,
): boolean {
  if (stored === undefined || policy.seq > stored.seq) return true;
  if (policy.seq === stored.seq && bytes === stored.digest) return false;
  throw new LetterboxError('seq', {});
}

/** What is stored for an inbox, as far as its space goes. */
export interface Occupied {
  readonly total: number;
  /** Of the total, those taken from strangers who were not allowed since. */
  readonly strangers: number;
}

/** Why nothing more of a contact is taken: their space is. */
export function contactRefusal(
  { total, strangers }: Occupied,
  limit: number,
): LetterboxError<'inbox-full'> | undefined {
  return total - strangers >= limit ? new LetterboxError('inbox-full', {}) : undefined;
}

/**
 * Why nothing more of a stranger is taken: the strangers' space is, or this one's part of it.
 * @param ofSender counts this one's; only where it may be as many as one may have
 */
export function strangerRefusal(
  { strangers }: Occupied,
  ofSender: () => number,
  { unknown, unknownPerSender }: Pick<StoreLimits, 'unknown' | 'unknownPerSender'>,
): LetterboxError<'quota'> | undefined {
  const isFull = strangers >= unknown || (strangers >= unknownPerSender && ofSender() >= unknownPerSender);
  return isFull ? new LetterboxError('quota', {}) : undefined;
}
