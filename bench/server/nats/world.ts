import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { digest, utf8 } from '../../../src/protocol/bytes.ts';
import {
  addressOf,
  allowLoopback,
  parseBucket,
  parseDeliveryId,
  parseOrigin,
  parsePrivateKey,
  parseServerOrigin,
  publicKeyOf,
  type Address,
  type Bucket,
  type PrivateKey,
} from '../../../src/protocol/ids.ts';
import { POINTER_LENGTH } from '../../../src/protocol/pointer.ts';
import { createRecordFile } from '../../../src/protocol/record.ts';
import { createRequestToken, type Act } from '../../../src/protocol/tokens.ts';

/** Somebody whose record lies in the world's hub. */
export interface Person {
  readonly key: PrivateKey;
  readonly address: Address;
  readonly bucket: Bucket;
}

/** People, a hub on loopback that holds their records, and their requests, signed before the clock runs. */
export interface World {
  readonly people: readonly Person[];
  /** The record file that lists this server, from now on in the hub. */
  publish(person: Person, origin: string): Uint8Array;
  readonly request: (from: Person, to: Person, origin: string, act: Act, body?: Uint8Array) => Request;
  stop(): void;
}

/** One HTTP request, ready to be sent. */
export interface Request {
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly token: string;
  readonly body?: Uint8Array;
}

const APP = parseOrigin('https://someawesome.app');
const PATHS = { send: '/messages', read: '/messages', enrol: '' } as const;
const METHODS = { send: 'POST', read: 'GET', enrol: 'PUT' } as const;

export async function createWorld(count: number): Promise<World> {
  const files = new Map<string, Uint8Array>();
  const hub = createServer((request, response) => {
    const file = files.get(request.url ?? '');
    response.writeHead(file === undefined ? 404 : 200).end(file);
  });
  await new Promise<void>((resolve) => {
    hub.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
  return {
    people: Array.from({ length: count }, (_, n) => createPerson(`person ${n}`, url)),
    publish(person, origin) {
      const file = recordOf(person, origin);
      files.set(`${new URL(person.bucket).pathname}.well-known/letterbox.json`, file);
      return file;
    },
    request: requestOf,
    stop: () => hub.close(),
  };
}

export function sendBody(seed: string): Uint8Array {
  const id = parseDeliveryId(createHash('md5').update(seed).digest('base64url'));
  return utf8(JSON.stringify({ id, pointer: pointerOf(seed) }));
}

/** Of the right length; no server looks into one. */
export function pointerOf(seed: string): string {
  return `${createHash('sha256').update(seed).digest('hex')}.`.padEnd(POINTER_LENGTH, 'p');
}

function createPerson(name: string, hub: string): Person {
  const key = parsePrivateKey(createHash('sha256').update(name).digest('hex'));
  const address = addressOf(publicKeyOf(key));
  return { key, address, bucket: parseBucket(`${hub}/${address}/`, 'bucket', { [allowLoopback]: true }) };
}

function recordOf({ key, address, bucket }: Person, origin: string): Uint8Array {
  const now = Date.now();
  const iat = Math.floor(now / 1000);
  const url = parseServerOrigin(origin, 'origin', { [allowLoopback]: true });
  const servers = [{ type: 'letterbox' as const, url }];
  const accept = { maxBytes: 65_536, unknown: 'request' as const };
  return createRecordFile(
    { address, bucket, app: APP, servers, accept, seq: now, iat, exp: iat + 86_400 },
    key,
  );
}

function requestOf(from: Person, to: Person, origin: string, act: Act, body?: Uint8Array): Request {
  if (act !== 'send' && act !== 'read' && act !== 'enrol') throw new RangeError(`no request for ${act}`);
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    sub: from.address,
    app: APP,
    bucket: from.bucket,
    act,
    iat,
    exp: iat + 300,
    aud: parseServerOrigin(origin, 'origin', { [allowLoopback]: true }),
    ...(act === 'send' ? { to: to.address } : {}),
    ...(body === undefined ? {} : { bh: digest(body) }),
  };
  const token = createRequestToken(claims, from.key);
  const path = `/v1/inboxes/${to.address}${PATHS[act]}`;
  return { path, method: METHODS[act], token, ...(body === undefined ? {} : { body }) };
}
