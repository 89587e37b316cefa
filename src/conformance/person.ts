import { randomBytes } from 'node:crypto';
import { digest, toHex } from '../protocol/bytes.ts';
import {
  addressOf,
  allowLoopback,
  newId,
  parseBucket,
  parsePrivateKey,
  publicKeyOf,
  type Address,
  type Bucket,
  type DeliveryId,
  type Name,
  type Origin,
  type PrivateKey,
} from '../protocol/ids.ts';
import { createRecordFile, RECORD_PATH, type RecordClaims } from '../protocol/record.ts';
import { bindsBody, createRequestToken, type Act, type RequestClaims } from '../protocol/tokens.ts';
import type { Site } from './site/site.ts';

export const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };

/** A user of one app with a key that nobody had before and a bucket on one of the suite's sites. */
export interface Person {
  readonly key: PrivateKey;
  readonly address: Address;
  readonly app: Origin;
  readonly bucket: Bucket;
  readonly site: Site;
  /** The URL of the well-known place. */
  readonly place: string;
}

export interface Identity {
  readonly app: Origin;
  readonly site: Site;
}

export function createPerson({ app, site }: Identity): Person {
  const key = parsePrivateKey(toHex(random.bytes(32)));
  const address = addressOf(publicKeyOf(key));
  const bucket = parseBucket(`${site.url}${address}/`, 'bucket', { [allowLoopback]: true });
  return { key, address, app, bucket, site, place: `${bucket}${RECORD_PATH}` };
}

/** What a token is for; every claim can be made another. */
export interface TokenRequest {
  readonly act: Act;
  readonly body?: Uint8Array;
  readonly claims?: Partial<RequestClaims>;
}

/** The claims of a token as section 5 wants it. @param now the server's Unix seconds */
export function requestClaims(
  { address, app, bucket }: Person,
  { act, body, claims }: TokenRequest,
  { aud, now }: { readonly aud: Origin; readonly now: number },
): RequestClaims {
  return {
    sub: address,
    app,
    bucket,
    aud,
    act,
    iat: now,
    exp: now + 300,
    ...(bindsBody(act) ? { bh: digest(body ?? new Uint8Array()) } : {}),
    ...(act === 'leave' ? { jti: newId(random) } : {}),
    ...claims,
  };
}

export function signRequest(person: Person, claims: RequestClaims): string {
  return createRequestToken(claims, person.key);
}

/** The claims of a record as section 2 wants it. */
export function recordClaims(
  { address, bucket, app }: Person,
  { aud, now }: { readonly aud: Origin; readonly now: number },
  claims: Partial<RecordClaims> = {},
): RecordClaims {
  return {
    address,
    bucket,
    app,
    servers: [{ type: 'letterbox', url: aud }],
    accept: { maxBytes: 65_536, unknown: 'request' },
    seq: now * 1000,
    iat: now,
    exp: now + 90 * 86_400,
    ...claims,
  };
}

export function signRecord(person: Person, claims: RecordClaims): Uint8Array {
  return createRecordFile(claims, person.key);
}

export function newDeliveryId(): DeliveryId {
  return newId(random);
}

/** A name that nobody had before. */
export function newName(): Name {
  return `c${toHex(random.bytes(6))}.id.blockstack` as Name;
}
