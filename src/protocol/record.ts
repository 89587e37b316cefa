import { utf8 } from './bytes.ts';
import { LetterboxError } from './errors.ts';
import {
  addressOf,
  addressOfBucket,
  parseAddress,
  parseBucket,
  parseName,
  parseOrigin,
  parseServerOrigin,
  parseUrl,
  requireSecure,
  type Address,
  type Bucket,
  type Name,
  type Origin,
  type PlaceOptions,
  type PrivateKey,
  type PublicKey,
} from './ids.ts';
import { asArray, asObject, asString, integer, parseJsonObject, type JsonObject } from './json.ts';
import { decodeJws, signJws, verifyJws, type SignatureCheck } from './jws.ts';

/** Where the record lives in a bucket. docs/protocol.md#2 */
export const RECORD_PATH = '.well-known/letterbox.json';
export const RECORD_MAX_BYTES = 16 * 1024;
export const RECORD_LIFETIME_SECONDS = 100 * 86_400;
export const RECORD_RENEW_SECONDS = 30 * 86_400;
const AHEAD_SECONDS = 600;
const MAX_SERVERS = 16;

/** What a preferred server is; types that this version does not know are left out when a record is read. */
export type ServerEntry =
  | { readonly type: 'letterbox'; readonly url: Origin }
  | { readonly type: 'gaia' | 'radiks'; readonly url: string }
  | { readonly type: 'matrix'; readonly url: string; readonly user: string; readonly device: string };

export type UnknownSenders = 'request' | 'named' | 'closed';

export interface Accept {
  /** Largest message file, in bytes. */
  readonly maxBytes: number;
  readonly unknown: UnknownSenders;
}

/** The claims of the record token. Times in Unix seconds, `seq` in milliseconds. docs/protocol.md#2 */
export interface RecordClaims {
  readonly address: Address;
  readonly bucket: Bucket;
  readonly app: Origin;
  readonly name?: Name;
  readonly servers: readonly ServerEntry[];
  readonly accept: Accept;
  readonly seq: number;
  readonly iat: number;
  readonly exp: number;
}

/** A record whose signature, key and place agree. */
export interface VerifiedRecord extends RecordClaims {
  readonly publicKey: PublicKey;
  /** The token exactly as received: what a pin remembers. */
  readonly token: string;
  readonly __brand: 'VerifiedRecord';
}

/** The newest record that a reader has seen of an address. docs/protocol.md#2 */
export interface RecordPin {
  readonly seq: number;
  readonly token: string;
}

export interface RecordCheck extends PlaceOptions {
  /** Unix seconds. */
  readonly now: number;
  /** The bucket that the file was read from; absent where the file came by itself (enrolment). */
  readonly place?: Bucket;
  readonly verify?: SignatureCheck;
}

/** Signs a record and wraps it as the file at the well-known place. */
export function createRecordFile(claims: RecordClaims, privateKey: PrivateKey): Uint8Array {
  const token = signJws('letterbox-record+jwt', claims, privateKey);
  return utf8(JSON.stringify({ version: 1, token }));
}

/** The `seq` that follows `previous`. docs/protocol.md#2 */
export function nextSeq(previous: number | undefined, nowMilliseconds: number): number {
  return Math.max((previous ?? 0) + 1, nowMilliseconds);
}

/**
 * Checks a record file: size, form, signature, key ↔ address ↔ bucket, place, times. docs/protocol.md#2
 * @throws LetterboxError `too-large | malformed | signature-invalid | key-mismatch | record-place | record-expired | record-future`
 */
export function openRecord(file: Uint8Array, check: RecordCheck): VerifiedRecord {
  if (file.length > RECORD_MAX_BYTES) {
    throw new LetterboxError('too-large', { what: 'record', limit: RECORD_MAX_BYTES, size: file.length });
  }
  const wrapper = parseJsonObject(file, 'record');
  if (integer(wrapper, 'version', 'record') !== 1) throw malformed('record.version', 'not 1');
  const jws = decodeJws(wrapper['token'], 'letterbox-record+jwt', 'record');
  const claims = parseClaims(jws.claims, check);
  verifyJws(jws, 'record', check.verify);
  checkKey(claims, addressOf(jws.issuer));
  if (check.place !== undefined && claims.bucket !== check.place) {
    throw new LetterboxError('record-place', { expected: check.place, actual: claims.bucket });
  }
  checkTimes(claims, check.now);
  return { ...claims, publicKey: jws.issuer, token: jws.token } as VerifiedRecord;
}

/** Refuses a record that is older than the pinned one, or another of the same `seq`. docs/protocol.md#2 */
export function checkPin(record: VerifiedRecord, pin: RecordPin | undefined): void {
  if (pin === undefined || record.seq > pin.seq) return;
  if (record.seq < pin.seq) throw new LetterboxError('record-rollback', { pinned: pin.seq, seq: record.seq });
  if (record.token !== pin.token) throw new LetterboxError('record-conflict', { seq: record.seq });
}

function parseClaims(claims: JsonObject, options: PlaceOptions): RecordClaims {
  const name = claims['name'] === undefined ? {} : { name: parseName(claims['name'], 'record.name') };
  return {
    address: parseAddress(claims['address'], 'record.address'),
    bucket: parseBucket(claims['bucket'], 'record.bucket', options),
    app: parseOrigin(claims['app'], 'record.app'),
    ...name,
    servers: parseServers(claims['servers'], options),
    accept: parseAccept(claims['accept']),
    seq: integer(claims, 'seq', 'record'),
    iat: integer(claims, 'iat', 'record'),
    exp: integer(claims, 'exp', 'record'),
  };
}

function parseServers(value: unknown, options: PlaceOptions): ServerEntry[] {
  return asArray(value, 'record.servers', MAX_SERVERS).flatMap(
    (item) => parseServerEntry(item, options) ?? [],
  );
}

/** @returns undefined for a type from the future. */
export function parseServerEntry(value: unknown, options: PlaceOptions): ServerEntry | undefined {
  const what = 'record.servers';
  const entry = asObject(value, what);
  const type = asString(entry['type'], `${what}.type`, 32);
  if (type === 'letterbox') return { type, url: parseServerOrigin(entry['url'], `${what}.url`, options) };
  if (type !== 'gaia' && type !== 'radiks' && type !== 'matrix') return undefined;
  const url = asString(entry['url'], `${what}.url`, 256);
  requireSecure(parseUrl(url, `${what}.url`), `${what}.url`, options);
  if (type !== 'matrix') return { type, url };
  const user = asString(entry['user'], `${what}.user`, 255);
  return { type, url, user, device: asString(entry['device'], `${what}.device`, 255) };
}

function parseAccept(value: unknown): Accept {
  const accept = asObject(value, 'record.accept');
  const unknown = accept['unknown'];
  if (unknown !== 'request' && unknown !== 'named' && unknown !== 'closed') {
    throw malformed('record.accept.unknown', 'not one of request, named, closed');
  }
  return { maxBytes: integer(accept, 'maxBytes', 'record.accept'), unknown };
}

function checkKey(claims: RecordClaims, signer: Address): void {
  for (const claimed of [claims.address, addressOfBucket(claims.bucket)]) {
    if (claimed !== signer) {
      throw new LetterboxError('key-mismatch', { what: 'record', expected: claimed, actual: signer });
    }
  }
}

function checkTimes({ iat, exp, seq }: RecordClaims, now: number): void {
  const late = now >= exp || exp <= iat || exp - iat > RECORD_LIFETIME_SECONDS || iat > now + AHEAD_SECONDS;
  if (late) throw new LetterboxError('record-expired', { now, iat, exp });
  if (seq > (now + AHEAD_SECONDS) * 1000) throw new LetterboxError('record-future', { now, seq });
}

function malformed(what: string, problem: string): LetterboxError<'malformed'> {
  return new LetterboxError('malformed', { what, problem });
}
