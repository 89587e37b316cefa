import type { ProblemCode } from '../../protocol/problem.ts';
import { LIMITS } from '../../protocol/server-api.ts';
import { ref, type Schema } from './schemas.ts';

/** One method of one path. */
export interface Operation {
  readonly summary: string;
  /** The acts that its token may be for; none for what is open to all. */
  readonly acts?: readonly string[];
  readonly query?: Readonly<Record<string, Schema>>;
  readonly headers?: Readonly<Record<string, Schema>>;
  readonly body?: { readonly schema: Schema; readonly bytes: number };
  /** What it answers where nothing is wrong: the body's schema, or text, or nothing. */
  readonly answers: Readonly<Record<number, Schema | 'text' | undefined>>;
  readonly problems: readonly ProblemCode[];
}

const TOKEN = [
  'malformed',
  'token-invalid',
  'token-time',
  'token-audience',
  'token-act',
  'token-address',
] as const;
const BODY = ['too-large', 'token-body'] as const;
const OWN = ['not-enrolled', 'rate', 'unavailable'] as const;

const items = { schema: ref('ItemsBody'), bytes: LIMITS.listBytes };

/** Every endpoint, by its path and method. docs/protocol.md#6 */
export const OPERATIONS: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  '/v1/server': {
    GET: { summary: 'What this server is and takes', answers: { 200: ref('ServerInfo') }, problems: [] },
  },
  '/v1/openapi.json': {
    GET: { summary: 'This document', answers: { 200: { type: 'object' } }, problems: [] },
  },
  '/v1/events': {
    GET: {
      summary: 'A WebSocket of hints for many inboxes: docs/protocol.md#6. Without an upgrade 426',
      answers: { 101: undefined, 426: undefined },
      problems: [],
    },
  },
  '/v1/inboxes/{address}': {
    PUT: {
      summary: 'Enrol: open an inbox or renew it with a higher record',
      acts: ['enrol'],
      headers: { 'Letterbox-Invite': { type: 'string', description: 'where admission is by invite' } },
      body: { schema: ref('Record'), bytes: LIMITS.enrolBytes },
      answers: { 204: undefined },
      problems: [...TOKEN, ...BODY, 'seq', 'token-replayed', 'not-admitted', 'rate', 'unavailable'],
    },
    DELETE: {
      summary: 'Leave: everything is erased',
      acts: ['leave'],
      answers: { 204: undefined },
      problems: [...TOKEN, 'token-body', ...OWN, 'token-replayed'],
    },
  },
  '/v1/inboxes/{address}/messages': {
    POST: {
      summary: 'Send: 201 once it is durable, 200 with the same answer for the same once more',
      acts: ['send'],
      body: { schema: ref('SendBody'), bytes: LIMITS.messageBytes },
      answers: { 200: ref('Acceptance'), 201: ref('Acceptance') },
      problems: [
        ...TOKEN,
        ...BODY,
        'recipient-refused',
        'sender-unverified',
        'conflict',
        'inbox-full',
        'quota',
        'rate',
        'lookup-busy',
        'unavailable',
      ],
    },
    GET: {
      summary: 'List deliveries, in the order of their arrival',
      acts: ['read'],
      query: {
        after: { type: 'string', description: 'a cursor, exclusive; from the start where absent' },
        limit: { type: 'integer', minimum: 1, maximum: LIMITS.pageItems, default: LIMITS.pageItemsDefault },
        unread: { enum: ['0', '1'], default: '0', description: '1: only what nobody has read' },
      },
      answers: { 200: ref('DeliveryPage') },
      problems: [...TOKEN, ...OWN, 'cursor-expired'],
    },
  },
  '/v1/inboxes/{address}/count': {
    GET: {
      summary: 'How many are unread, and how many there are',
      acts: ['read', 'count'],
      answers: { 200: ref('Counts') },
      problems: [...TOKEN, ...OWN],
    },
  },
  '/v1/inboxes/{address}/acks': {
    POST: {
      summary: 'Read by the person, on any device; still listed',
      acts: ['ack'],
      body: items,
      answers: { 204: undefined },
      problems: [...TOKEN, ...BODY, ...OWN],
    },
  },
  '/v1/inboxes/{address}/deletions': {
    POST: {
      summary: 'Removed for all devices',
      acts: ['delete'],
      body: items,
      answers: { 204: undefined },
      problems: [...TOKEN, ...BODY, ...OWN],
    },
  },
  '/v1/inboxes/{address}/policy': {
    PUT: {
      summary: 'Whom the owner allows and blocks, ordered by seq',
      acts: ['policy'],
      body: { schema: ref('PolicyBody'), bytes: LIMITS.listBytes },
      answers: { 204: undefined },
      problems: [...TOKEN, ...BODY, ...OWN, 'seq'],
    },
  },
  '/healthz': { GET: { summary: 'The process answers', answers: { 200: ref('Status') }, problems: [] } },
  '/readyz': {
    GET: {
      summary: 'The store takes and gives',
      answers: { 200: ref('Status') },
      problems: ['unavailable'],
    },
  },
  '/metrics': {
    GET: {
      summary: 'For Prometheus; 401 where the operator set a token, 404 where there is none',
      answers: { 200: 'text', 401: undefined, 404: undefined },
      problems: [],
    },
  },
};
