import { LetterboxError, isLetterboxError } from '../protocol/errors.ts';
import { allowLoopback, type Bucket, type PlaceOptions, type PrivateKey } from '../protocol/ids.ts';
import type { SignatureCheck } from '../protocol/jws.ts';
import type { Clock } from '../protocol/ports.ts';
import {
  checkPin,
  createRecordFile,
  nextSeq,
  openRecord,
  RECORD_LIFETIME_SECONDS,
  RECORD_MAX_BYTES,
  RECORD_PATH,
  RECORD_RENEW_SECONDS,
  type RecordCheck,
  type RecordPin,
  type VerifiedRecord,
} from '../protocol/record.ts';
import type { BucketClient, PutOptions } from './bucket.ts';
import { fileUrl, readFile, type StoredFile } from './files.ts';
import { contentOf, openOwnRecord, previousSeq, saysTheSame, type RecordContent } from './own-record.ts';
import type { Web } from './web.ts';

export interface ReadRecordOptions extends Web {
  readonly clock: Clock;
  /** The newest record seen of this address; an older one is refused. */
  readonly pin?: RecordPin;
  /** A faster check of signatures than the built-in one. */
  readonly verify?: SignatureCheck;
}

/** A record with the file that it came as. */
export interface RecordCopy {
  readonly record: VerifiedRecord;
  /** The exact bytes: what a server is enrolled with. */
  readonly file: Uint8Array;
  /** Absent where the bucket names none. */
  readonly etag?: string;
  /** What to remember of it. */
  readonly pin: RecordPin;
}

export interface PublishOptions extends PlaceOptions {
  readonly client: BucketClient;
  readonly privateKey: PrivateKey;
  readonly clock: Clock;
  /** The newest record that this agent knows of: the next one is above it, whatever a stale read shows. */
  readonly pin?: RecordPin;
  /** Comes before each write, where one is due: what it throws ends that. */
  readonly beforeWriting?: () => Promise<void>;
}

const ATTEMPTS = 3;
const CAP = { what: 'record', maxBytes: RECORD_MAX_BYTES };

/**
 * Reads the record at the well-known place of a bucket and holds it against its place, the time and the pin.
 * docs/protocol.md#2
 * @throws LetterboxError `record-not-found`, `unreachable`, `place-forbidden`, and what `openRecord` and `checkPin` say
 */
export async function readRecord(bucket: Bucket, options: ReadRecordOptions): Promise<RecordCopy> {
  const stored = await readRecordFile(bucket, options);
  const check = checkAt(bucket, options);
  const { verify } = options;
  const record = openRecord(stored.bytes, verify === undefined ? check : { ...check, verify });
  checkPin(record, options.pin);
  return copyOf(record, stored.bytes, stored.etag);
}

/**
 * Publishes what the owner decided as a record above every earlier one, with If-Match or If-None-Match; looks again
 * when another device was faster. Writes nothing where a young record already says it: it can be repeated, and called
 * for renewal (needsRenewal). docs/protocol.md#2
 * @throws LetterboxError `write-conflict` after three looks: try again later; `record-future` where an earlier record is
 * ahead of the clock, so that no reader would take the next; else as `BucketClient.put`, `readFile` and `beforeWriting`
 */
export async function publishRecord(content: RecordContent, options: PublishOptions): Promise<RecordCopy> {
  for (let attempt = 1; ; attempt += 1) {
    const stored = await readOwn(options.client);
    const current = stored && currentCopy(stored, content, options);
    if (current !== undefined) return current;
    await options.beforeWriting?.();
    try {
      return await writeAbove(stored, content, options);
    } catch (error) {
      if (!isLetterboxError(error, 'write-conflict') || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Whether it is time to publish a record again. docs/protocol.md#2 */
export function needsRenewal(record: VerifiedRecord, clock: Clock): boolean {
  return seconds(clock) >= record.iat + RECORD_RENEW_SECONDS;
}

async function readRecordFile(bucket: Bucket, web: Web): Promise<StoredFile> {
  try {
    return await readFile(web, fileUrl(bucket, RECORD_PATH), CAP);
  } catch (error) {
    if (!isLetterboxError(error, 'not-found')) throw error;
    throw new LetterboxError('record-not-found', { bucket }, { cause: error });
  }
}

/** @returns undefined where there is no file; one that is too long to be a record counts as empty. */
async function readOwn(client: BucketClient): Promise<StoredFile | undefined> {
  try {
    return await client.read(RECORD_PATH, CAP);
  } catch (error) {
    if (isLetterboxError(error, 'not-found')) return undefined;
    if (isLetterboxError(error, 'too-large')) return { bytes: new Uint8Array() };
    throw error;
  }
}

function currentCopy(
  { bytes, etag }: StoredFile,
  content: RecordContent,
  options: PublishOptions,
): RecordCopy | undefined {
  const record = openOwnRecord(bytes, checkAt(options.client.bucket, options), options.pin);
  if (record === undefined || needsRenewal(record, options.clock) || !saysTheSame(record, content))
    return undefined;
  return copyOf(record, bytes, etag);
}

async function writeAbove(
  stored: StoredFile | undefined,
  content: RecordContent,
  options: PublishOptions,
): Promise<RecordCopy> {
  const { client, privateKey, clock, pin } = options;
  const { bucket, address } = client;
  const check = checkAt(bucket, options);
  const earlier = stored === undefined ? undefined : previousSeq(stored.bytes, check);
  const seq = nextSeq(Math.max(earlier ?? 0, pin?.seq ?? 0), clock.now());
  const [iat, exp] = [check.now, check.now + RECORD_LIFETIME_SECONDS];
  const file = createRecordFile({ ...contentOf(content), address, bucket, seq, iat, exp }, privateKey);
  const record = openRecord(file, check);
  const { etag } = await client.put(RECORD_PATH, file, conditionFor(stored));
  return copyOf(record, file, etag);
}

/** A reader that names no ETag leaves nothing to hold the write against. */
function conditionFor(stored: StoredFile | undefined): PutOptions {
  const contentType = 'application/json';
  if (stored === undefined) return { contentType, ifNoneMatch: '*' };
  return stored.etag === undefined ? { contentType } : { contentType, ifMatch: stored.etag };
}

function copyOf(record: VerifiedRecord, file: Uint8Array, etag: string | undefined): RecordCopy {
  const pin = { seq: record.seq, token: record.token };
  return etag === undefined ? { record, file, pin } : { record, file, etag, pin };
}

function checkAt(place: Bucket, options: PlaceOptions & { readonly clock: Clock }): RecordCheck {
  return { [allowLoopback]: options[allowLoopback] === true, place, now: seconds(options.clock) };
}

function seconds(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}
