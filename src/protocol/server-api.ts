import { LetterboxError } from './errors.ts';
import {
  parseAddress,
  parseBucket,
  parseDeliveryId,
  parseName,
  type Address,
  type Bucket,
  type DeliveryId,
  type Name,
  type PlaceOptions,
} from './ids.ts';
import { asArray, asObject, asString, integer, parseJsonObject, type JsonObject } from './json.ts';
import { parsePointer, type Pointer } from './pointer.ts';

/** The message server's HTTP API: what its caller writes and its handler reads, and the other way. docs/protocol.md#6 */

export const LIMITS = {
  enrolBytes: 16 * 1024,
  messageBytes: 8 * 1024,
  listBytes: 32 * 1024,
  listItems: 200,
  pageItems: 200,
  pageItemsDefault: 100,
  storedPerInbox: 10_000,
  subscriptions: 64,
} as const;

/** `POST …/messages`: one sealed pointer under the delivery's id. */
export interface SendBody {
  readonly id: DeliveryId;
  readonly pointer: Pointer;
}

/** The answer to an accepted pointer. Unix seconds. */
export interface Acceptance {
  readonly receivedAt: number;
  readonly expires: number;
}

/** One stored delivery, as listed to its recipient. Times in Unix seconds. */
export interface Delivery {
  readonly id: DeliveryId;
  readonly from: { readonly address: Address; readonly bucket: Bucket; readonly name?: Name };
  readonly pointer: Pointer;
  readonly receivedAt: number;
  readonly expires: number;
  readonly read: boolean;
}

/** Opaque to everyone but the server that gave it. */
export type Cursor = string & { readonly __brand: 'Cursor' };

export interface DeliveryPage {
  readonly items: readonly Delivery[];
  readonly cursor: Cursor;
  readonly more: boolean;
  readonly unread: number;
  readonly total: number;
}

export interface Counts {
  readonly unread: number;
  readonly total: number;
}

/** Names one delivery among those of an inbox: for acks and deletions. */
export interface DeliveryKey {
  readonly from: Address;
  readonly id: DeliveryId;
}

export interface PolicyBody {
  readonly seq: number;
  readonly allowed: readonly Address[];
  readonly blocked: readonly Address[];
}

export interface ServerInfo {
  readonly versions: readonly number[];
  readonly limits: JsonObject;
  /** Seconds. */
  readonly retention: number;
  readonly admission: 'open' | 'invite' | 'allowlist';
  readonly epoch: string;
  readonly operator?: string;
  readonly terms?: string;
  readonly price?: string;
  readonly contact?: string;
}

export function parseSendBody(body: Uint8Array): SendBody {
  const value = parseJsonObject(body, 'body');
  return {
    id: parseDeliveryId(value['id'], 'body.id'),
    pointer: parsePointer(value['pointer'], 'body.pointer'),
  };
}

/** The body of acks and of deletions. */
export function parseItemsBody(body: Uint8Array): DeliveryKey[] {
  const value = parseJsonObject(body, 'body');
  return asArray(value['items'], 'body.items', LIMITS.listItems).map((item) => {
    const key = asObject(item, 'body.items');
    return {
      from: parseAddress(key['from'], 'body.items.from'),
      id: parseDeliveryId(key['id'], 'body.items.id'),
    };
  });
}

export function parsePolicyBody(body: Uint8Array): PolicyBody {
  const value = parseJsonObject(body, 'body');
  const addresses = (member: string): Address[] =>
    asArray(value[member], `body.${member}`, LIMITS.listItems).map((item) =>
      parseAddress(item, `body.${member}`),
    );
  return { seq: integer(value, 'seq', 'body'), allowed: addresses('allowed'), blocked: addresses('blocked') };
}

export function parseAcceptance(body: Uint8Array): Acceptance {
  const value = parseJsonObject(body, 'acceptance');
  return {
    receivedAt: integer(value, 'receivedAt', 'acceptance'),
    expires: integer(value, 'expires', 'acceptance'),
  };
}

export function parseCounts(body: Uint8Array): Counts {
  const value = parseJsonObject(body, 'counts');
  return { unread: integer(value, 'unread', 'counts'), total: integer(value, 'total', 'counts') };
}

export function parseCursor(value: unknown, what = 'cursor'): Cursor {
  return asString(value, what, 256) as Cursor;
}

/** Reads a page as the recipient's agent does: the server is not trusted to be in form. */
export function parseDeliveryPage(body: Uint8Array, options: PlaceOptions): DeliveryPage {
  const page = parseJsonObject(body, 'page');
  if (typeof page['more'] !== 'boolean') throw malformed('page.more', 'not a boolean');
  return {
    items: asArray(page['items'], 'page.items', LIMITS.pageItems).map((item) => parseDelivery(item, options)),
    cursor: parseCursor(page['cursor'], 'page.cursor'),
    more: page['more'],
    unread: integer(page, 'unread', 'page'),
    total: integer(page, 'total', 'page'),
  };
}

function parseDelivery(item: unknown, options: PlaceOptions): Delivery {
  const what = 'page.items';
  const value = asObject(item, what);
  const from = asObject(value['from'], `${what}.from`);
  if (typeof value['read'] !== 'boolean') throw malformed(`${what}.read`, 'not a boolean');
  return {
    id: parseDeliveryId(value['id'], `${what}.id`),
    from: {
      address: parseAddress(from['address'], `${what}.from.address`),
      bucket: parseBucket(from['bucket'], `${what}.from.bucket`, options),
      ...(from['name'] === undefined ? {} : { name: parseName(from['name'], `${what}.from.name`) }),
    },
    pointer: asString(value['pointer'], `${what}.pointer`, 4096) as Pointer, // of another length: opening it says so
    receivedAt: integer(value, 'receivedAt', what),
    expires: integer(value, 'expires', what),
    read: value['read'],
  };
}

export function parseServerInfo(body: Uint8Array): ServerInfo {
  const value = parseJsonObject(body, 'server');
  const versions = asArray(value['versions'], 'server.versions', 32).filter(
    (item) => typeof item === 'number',
  );
  const admission = value['admission'];
  if (admission !== 'open' && admission !== 'invite' && admission !== 'allowlist') {
    throw malformed('server.admission', 'not one of open, invite, allowlist');
  }
  const stated = (['operator', 'terms', 'price', 'contact'] as const)
    .filter((member) => value[member] !== undefined)
    .map((member) => [member, asString(value[member], `server.${member}`, 1000)] as const);
  return {
    versions,
    limits: asObject(value['limits'], 'server.limits'),
    retention: integer(value, 'retention', 'server'),
    admission,
    epoch: asString(value['epoch'], 'server.epoch', 64),
    ...(Object.fromEntries(stated) as Partial<Record<(typeof stated)[number][0], string>>),
  };
}

function malformed(what: string, problem: string): LetterboxError<'malformed'> {
  return new LetterboxError('malformed', { what, problem });
}
