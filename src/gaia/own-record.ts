import { isLetterboxError } from '../protocol/errors.ts';
import {
  checkPin,
  openRecord,
  type RecordCheck,
  type RecordClaims,
  type RecordPin,
  type ServerEntry,
  type VerifiedRecord,
} from '../protocol/record.ts';

/** What the owner of a record decides; key, place, `seq` and times come from the bucket and the clock. */
export type RecordContent = Pick<RecordClaims, 'app' | 'name' | 'servers' | 'accept'>;

/**
 * The record in a file of one's own bucket, if it is valid and not older than the pin.
 * @returns undefined for anything else, which the next record replaces
 */
export function openOwnRecord(
  file: Uint8Array,
  check: RecordCheck,
  pin?: RecordPin,
): VerifiedRecord | undefined {
  try {
    const record = openRecord(file, check);
    checkPin(record, pin);
    return record;
  } catch (error) {
    if (isLetterboxError(error)) return undefined;
    throw error;
  }
}

/**
 * The `seq` of an own earlier record, expired or ahead of the time as it may be: readers may have pinned it.
 * @returns undefined where the file is no record by this bucket's key
 */
export function previousSeq(file: Uint8Array, check: RecordCheck): number | undefined {
  try {
    return openRecord(file, check).seq;
  } catch (error) {
    if (isLetterboxError(error, 'record-future')) return error.context.seq; // thrown after the signature was checked
    if (isLetterboxError(error, 'record-expired') && error.context.iat !== check.now) {
      return previousSeq(file, { ...check, now: error.context.iat });
    }
    if (isLetterboxError(error)) return undefined;
    throw error;
  }
}

/** Exactly the owner's part, in one order of members. */
export function contentOf({ app, name, servers, accept }: RecordContent): RecordContent {
  const { maxBytes, unknown } = accept;
  return {
    app,
    ...(name === undefined ? {} : { name }),
    servers: servers.map(serverOf),
    accept: { maxBytes, unknown },
  };
}

export function saysTheSame(a: RecordContent, b: RecordContent): boolean {
  return JSON.stringify(contentOf(a)) === JSON.stringify(contentOf(b));
}

function serverOf(entry: ServerEntry): ServerEntry {
  const { type, url } = entry;
  if (type === 'matrix') return { type, url, user: entry.user, device: entry.device };
  return type === 'letterbox' ? { type, url } : { type, url };
}
