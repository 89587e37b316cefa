import type { Digest } from '../../../protocol/bytes.ts';
import { LetterboxError } from '../../../protocol/errors.ts';
import type { Address } from '../../../protocol/ids.ts';
import type { PolicyBody } from '../../../protocol/server-api.ts';
import type { Inbox, NewDelivery, Standing } from '../store.ts';
import { unavailable } from './api.ts';
import { decodeHead, type Head } from './head.ts';
import { parseJson, type Findings } from './reading.ts';
import { headOf, keyOf, mailOf, policyOf, recordOf, type Shelf } from './subjects.ts';

/** What lies under an inbox's subjects. Each is what this store wrote: read, not checked anew. */

/** An enrolment, and the leaves that are still remembered; kept after the last leave until that is forgotten. */
export interface RecordDocument {
  readonly enrolled?: { readonly generation: number; readonly inbox: Inbox };
  readonly left: readonly Departure[];
}

export interface Departure {
  readonly jti: string;
  readonly issued: number;
  readonly forget: number;
}

/** What is remembered of a delivery, listed or not. */
export interface KeyDocument {
  readonly generation: number;
  readonly sequence: number;
  readonly digest: Digest;
  readonly receivedAt: number;
  readonly expires: number;
}

export type MailDocument = Omit<NewDelivery, 'to'> & { readonly generation: number };

export interface PolicyDocument extends PolicyBody {
  readonly digest: Digest;
}

/** @throws LetterboxError `not-enrolled` */
export function headIn(found: Findings, shelf: Shelf, address: Address): Head {
  const message = found.get(headOf(shelf, address));
  if (message === undefined) throw new LetterboxError('not-enrolled', {});
  return decodeHead(message.data);
}

/** As of `now`, so without leaves that are forgotten by then. */
export function recordIn(found: Findings, shelf: Shelf, address: Address, now = 0): RecordDocument {
  const message = found.get(recordOf(shelf, address));
  const { enrolled, left } = message === undefined ? NOTHING : (parseJson(message) as RecordDocument);
  return {
    ...(enrolled === undefined ? {} : { enrolled }),
    left: left.filter(({ forget }) => forget > now),
  };
}

const NOTHING: RecordDocument = { left: [] };

export function inboxIn(found: Findings, shelf: Shelf, address: Address): Inbox | undefined {
  const { enrolled } = recordIn(found, shelf, address);
  return enrolled && { ...enrolled.inbox, confirmed: enrolled.inbox.confirmed };
}

export function keyIn(
  found: Findings,
  shelf: Shelf,
  address: Address,
  key: Parameters<typeof keyOf>[2],
  { generation }: Head,
): KeyDocument | undefined {
  const message = found.get(keyOf(shelf, address, key));
  const document = message === undefined ? undefined : (parseJson(message) as KeyDocument);
  return document?.generation === generation ? document : undefined;
}

export function mailIn(
  found: Findings,
  shelf: Shelf,
  address: Address,
  sequence: number,
  { generation }: Head,
): MailDocument | undefined {
  const message = found.get(mailOf(shelf, address, sequence));
  const document = message === undefined ? undefined : (parseJson(message) as MailDocument);
  return document?.generation === generation ? document : undefined;
}

export function policyIn(found: Findings, shelf: Shelf, address: Address): PolicyDocument | undefined {
  const message = found.get(policyOf(shelf, address));
  return message === undefined ? undefined : (parseJson(message) as PolicyDocument);
}

/** @throws LetterboxError `unavailable` where the policy found is not the one that the head speaks of */
export function currentPolicyIn(
  found: Findings,
  shelf: Shelf,
  address: Address,
  { policy }: Head,
): PolicyDocument | undefined {
  if (policy === undefined) return undefined;
  const document = policyIn(found, shelf, address);
  if (document?.seq === policy.seq && document.digest === policy.digest) return document;
  throw unavailable(new Error('the policy changed meanwhile'));
}

/** Blocked wins. */
export function standingIn(policy: PolicyDocument | undefined, sender: Address): Standing {
  if (policy?.blocked.includes(sender) === true) return 'blocked';
  return policy?.allowed.includes(sender) === true ? 'allowed' : 'unknown';
}
