import { createHash } from 'node:crypto';
import { digest } from '../../src/protocol/bytes.ts';
import {
  addressOf,
  parseBucket,
  parseDeliveryId,
  parseOrigin,
  parsePrivateKey,
  publicKeyOf,
  allowLoopback,
  type Address,
  type Bucket,
  type DeliveryId,
  type MessageId,
  type Name,
  type Origin,
  type PrivateKey,
} from '../../src/protocol/ids.ts';
import { parsePointer, POINTER_LENGTH, type Pointer } from '../../src/protocol/pointer.ts';
import { createRecordFile, type RecordClaims } from '../../src/protocol/record.ts';
import { bindsBody, createRequestToken, type Act, type RequestClaims } from '../../src/protocol/tokens.ts';

export const APP = parseOrigin('https://someawesome.app');
export const ORIGIN = parseOrigin('https://letterbox.example');
/** 2026-11-22, in Unix seconds. */
export const START = 1_795_300_000;

/** A user of one app, with a key and a place to keep files. */
export interface Person {
  readonly key: PrivateKey;
  readonly address: Address;
  readonly bucket: Bucket;
  readonly app: Origin;
  /** A request token; every claim can be made another. */
  token(act: Act, body: Uint8Array, claims?: Partial<Claims>): string;
  record(claims?: Partial<RecordClaims>): Uint8Array;
}

type Claims = RequestClaims & { now: number };

export function createPerson(name: string, { app = APP, hub = 'https://hub.example/' } = {}): Person {
  const key = parsePrivateKey(createHash('sha256').update(name).digest('hex'));
  const address = addressOf(publicKeyOf(key));
  const bucket = parseBucket(`${hub}${address}/`, 'bucket', { [allowLoopback]: true });
  return {
    key,
    address,
    bucket,
    app,
    token(act, body, { now = START, ...claims } = {}) {
      const all: RequestClaims = {
        sub: address,
        app,
        bucket,
        aud: ORIGIN,
        act,
        iat: now,
        exp: now + 300,
        ...(bindsBody(act) ? { bh: digest(body) } : {}),
        ...claims,
      };
      return createRequestToken(all, key);
    },
    record(claims = {}) {
      const all: RecordClaims = {
        address,
        bucket,
        app,
        servers: [{ type: 'letterbox', url: ORIGIN }],
        accept: { maxBytes: 65_536, unknown: 'request' },
        seq: START * 1000,
        iat: START,
        exp: START + 90 * 86_400,
        ...claims,
      };
      return createRecordFile(all, key);
    },
  };
}

/** Deterministic ids and pointers: the server looks into neither. */
export function deliveryId(seed: string): DeliveryId {
  return parseDeliveryId(createHash('md5').update(seed).digest('base64url'));
}

export function pointer(seed: string): Pointer {
  return parsePointer(`${createHash('sha256').update(seed).digest('hex')}.`.padEnd(POINTER_LENGTH, 'p'));
}

export function messageId(seed: string): MessageId {
  return createHash('md5').update(seed).digest('base64url') as MessageId;
}

export const asName = (name: string): Name => name as Name;
