import { createHash } from 'node:crypto';
import { digest, utf8 } from '../../../src/protocol/bytes.ts';
import { allowLoopback, parseDeliveryId, parseServerOrigin } from '../../../src/protocol/ids.ts';
import { POINTER_LENGTH } from '../../../src/protocol/pointer.ts';
import { APP, bucketOf, type Person } from '../people.ts';
import { requestToken } from '../tokens.ts';

/** One HTTP request, ready to be sent: signed before the clock runs. */
export interface Request {
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly token: string;
  readonly body?: Uint8Array;
}

/** Where it is sent, and where the records of all lie. */
export interface Places {
  readonly origin: string;
  readonly hub: string;
}

const PATHS = { send: '/messages', read: '/messages', enrol: '' } as const;
const METHODS = { send: 'POST', read: 'GET', enrol: 'PUT' } as const;

export function requestOf(
  { origin, hub }: Places,
  act: keyof typeof PATHS,
  from: Person,
  to: Person,
  body?: Uint8Array,
): Request {
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    sub: from.address,
    app: APP,
    bucket: bucketOf(hub, from.address),
    act,
    iat,
    exp: iat + 300,
    aud: parseServerOrigin(origin, 'origin', { [allowLoopback]: true }),
    ...(act === 'send' ? { to: to.address } : {}),
    ...(body === undefined ? {} : { bh: digest(body) }),
  };
  const path = `/v1/inboxes/${to.address}${PATHS[act]}`;
  const token = requestToken(claims, from);
  return { path, method: METHODS[act], token, ...(body === undefined ? {} : { body }) };
}

export function sendBody(seed: string): Uint8Array {
  const id = parseDeliveryId(createHash('md5').update(seed).digest('base64url'));
  return utf8(JSON.stringify({ id, pointer: pointerOf(seed) }));
}

/** Of the right length; no server looks into one. */
export function pointerOf(seed: string): string {
  return `${createHash('sha256').update(seed).digest('hex')}.`.padEnd(POINTER_LENGTH, 'p');
}
