import { LetterboxError, type ErrorCode } from './errors.ts';
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

// -- problems (RFC 9457) ----------------------------------------------------------------------------------------------

export type Retry = 'never' | 'same' | 'refresh-record' | 'after';

interface ProblemKind {
  readonly status: number;
  readonly retry: Retry;
}

/** Every problem that a server answers with. docs/protocol.md#6 */
export const PROBLEMS = {
  malformed: { status: 400, retry: 'never' },
  'token-invalid': { status: 401, retry: 'never' },
  'token-time': { status: 401, retry: 'same' },
  'token-audience': { status: 403, retry: 'never' },
  'token-act': { status: 403, retry: 'never' },
  'token-address': { status: 403, retry: 'never' },
  'token-body': { status: 403, retry: 'never' },
  'recipient-refused': { status: 403, retry: 'never' },
  'sender-unverified': { status: 403, retry: 'refresh-record' },
  'not-enrolled': { status: 404, retry: 'never' },
  conflict: { status: 409, retry: 'never' },
  seq: { status: 409, retry: 'never' },
  'token-replayed': { status: 409, retry: 'never' },
  'cursor-expired': { status: 410, retry: 'same' },
  'too-large': { status: 413, retry: 'never' },
  'inbox-full': { status: 429, retry: 'after' },
  quota: { status: 429, retry: 'after' },
  rate: { status: 429, retry: 'after' },
  'lookup-busy': { status: 503, retry: 'after' },
  unavailable: { status: 503, retry: 'after' },
} as const satisfies { readonly [Code in ErrorCode]?: ProblemKind };

export type ProblemCode = keyof typeof PROBLEMS;
export type ProblemError = { [Code in ProblemCode]: LetterboxError<Code> }[ProblemCode];

const TYPE_PREFIX = 'urn:letterbox:problem:';

/** The body of `application/problem+json`. */
export interface Problem {
  readonly type: `urn:letterbox:problem:${ProblemCode}`;
  readonly title: string;
  readonly status: number;
  readonly retry: Retry;
  /** The server's Unix time, for `token-time`. */
  readonly now?: number;
}

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}

/** The problem that tells of an error; says nothing of its context but the time. */
export function toProblem(error: LetterboxError<ProblemCode>): Problem {
  const { status, retry } = PROBLEMS[error.code];
  const now = 'now' in error.context ? { now: error.context.now } : {};
  return {
    type: `${TYPE_PREFIX}${error.code}`,
    title: error.code.replaceAll('-', ' '),
    status,
    retry,
    ...now,
  };
}

/**
 * The error that a problem tells of.
 * @param retryAfter the Retry-After header, in seconds
 */
export function fromProblem(body: unknown, retryAfter: number | undefined): LetterboxError<ProblemCode> {
  const problem = asObject(body, 'problem');
  const code = asString(problem['type'], 'problem.type', 128).slice(TYPE_PREFIX.length);
  if (!isProblemCode(code)) throw malformed('problem.type', 'unknown');
  const context: Record<string, unknown> = { what: 'request', problem: 'refused', limit: 0 };
  if (code === 'token-time') context['now'] = integer(problem, 'now', 'problem');
  if (retryAfter !== undefined) context['after'] = retryAfter;
  return new LetterboxError(code, context);
}

// -- /v1/events -------------------------------------------------------------------------------------------------------

/** What an agent says on the socket. */
export type EventRequest = { readonly type: 'subscribe'; readonly token: string };

/** What a server says on the socket. Hints carry no content; the pull is the truth. */
export type ServerEvent =
  | { readonly type: 'hint'; readonly address: Address; readonly cursor: Cursor }
  | { readonly type: 'expired'; readonly address: Address }
  | { readonly type: 'refused'; readonly address?: Address; readonly problem: Problem }
  | { readonly type: 'subscribed'; readonly address: Address }
  | { readonly type: 'heartbeat' };

export function parseEventRequest(text: string): EventRequest {
  const value = parseJsonObject(text, 'event');
  if (value['type'] !== 'subscribe') throw malformed('event.type', 'not subscribe');
  return { type: 'subscribe', token: asString(value['token'], 'event.token', 4096) };
}

/** @returns undefined for an event of a type from the future. */
export function parseServerEvent(text: string): ServerEvent | undefined {
  const value = parseJsonObject(text, 'event');
  const address = (): Address => parseAddress(value['address'], 'event.address');
  switch (value['type']) {
    case 'hint':
      return { type: 'hint', address: address(), cursor: parseCursor(value['cursor'], 'event.cursor') };
    case 'expired':
    case 'subscribed':
      return { type: value['type'], address: address() };
    case 'refused': {
      const problem = asObject(value['problem'], 'event.problem') as unknown as Problem;
      return { type: 'refused', ...(value['address'] === undefined ? {} : { address: address() }), problem };
    }
    case 'heartbeat':
      return { type: 'heartbeat' };
    default:
      return undefined;
  }
}

function malformed(what: string, problem: string): LetterboxError<'malformed'> {
  return new LetterboxError('malformed', { what, problem });
}
