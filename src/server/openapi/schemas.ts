import { POINTER_LENGTH } from '../../protocol/pointer.ts';
import { PROBLEMS } from '../../protocol/problem.ts';
import { LIMITS } from '../../protocol/server-api.ts';

/** JSON Schema, draft 2020-12, which OpenAPI 3.1 speaks. */
export type Schema = { readonly [keyword: string]: unknown };

const INTEGER = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
const SECONDS = { ...INTEGER, description: 'Unix seconds' };
const ADDRESS_PATTERN = '^1[1-9A-HJ-NP-Za-km-z]{25,33}$';

/** A schema by its name. */
export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

function object(properties: Readonly<Record<string, Schema>>, ...optional: string[]): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', required, properties };
}

const ADDRESSES = { type: 'array', maxItems: LIMITS.listItems, items: ref('Address') };

/** Everything that goes over the wire in JSON. docs/protocol.md#6 */
export const SCHEMAS = {
  Address: { type: 'string', pattern: ADDRESS_PATTERN, description: 'P2PKH of an app key, base58check' },
  DeliveryId: {
    type: 'string',
    pattern: '^[A-Za-z0-9_-]{21}[AQgw]$',
    description: '16 random bytes, base64url',
  },
  Pointer: {
    type: 'string',
    minLength: POINTER_LENGTH,
    maxLength: POINTER_LENGTH,
    description: 'The sealed pointer; the server does not look into it',
  },
  Record: {
    type: 'object',
    required: ['version', 'token'],
    properties: { version: { const: 1 }, token: { type: 'string' } },
    description: 'The record file; it certifies itself',
  },
  SendBody: object({ id: ref('DeliveryId'), pointer: ref('Pointer') }),
  Acceptance: object({ receivedAt: SECONDS, expires: SECONDS }),
  Delivery: object({
    id: ref('DeliveryId'),
    from: {
      type: 'object',
      required: ['address', 'bucket'],
      properties: {
        address: ref('Address'),
        bucket: { type: 'string', format: 'uri', maxLength: 256 },
        name: { type: 'string', pattern: '^[a-z0-9._+-]{3,80}$' },
      },
    },
    pointer: ref('Pointer'),
    receivedAt: SECONDS,
    expires: SECONDS,
    read: { type: 'boolean' },
  }),
  DeliveryPage: object({
    items: { type: 'array', maxItems: LIMITS.pageItems, items: ref('Delivery') },
    cursor: { type: 'string', minLength: 1, maxLength: 256 },
    more: { type: 'boolean' },
    unread: INTEGER,
    total: INTEGER,
  }),
  Counts: object({ unread: INTEGER, total: INTEGER }),
  ItemsBody: object({ items: { type: 'array', maxItems: LIMITS.listItems, items: ref('DeliveryKey') } }),
  DeliveryKey: object({ from: ref('Address'), id: ref('DeliveryId') }),
  PolicyBody: object({ seq: INTEGER, allowed: ADDRESSES, blocked: ADDRESSES }),
  ServerInfo: object(
    {
      versions: { type: 'array', items: { type: 'integer' }, contains: { const: 1 } },
      limits: { type: 'object', additionalProperties: INTEGER },
      retention: { ...INTEGER, description: 'seconds' },
      admission: { enum: ['open', 'invite', 'allowlist'] },
      epoch: { type: 'string', maxLength: 64 },
      operator: { type: 'string', maxLength: 1000 },
      terms: { type: 'string', maxLength: 1000 },
      price: { type: 'string', maxLength: 1000 },
      contact: { type: 'string', maxLength: 1000 },
    },
    'operator',
    'terms',
    'price',
    'contact',
  ),
  Problem: object(
    {
      type: { enum: Object.keys(PROBLEMS).map((code) => `urn:letterbox:problem:${code}`) },
      title: { type: 'string' },
      status: { enum: [...new Set(Object.values(PROBLEMS).map(({ status }) => status))] },
      retry: { enum: ['never', 'same', 'refresh-record', 'after'] },
      now: { ...SECONDS, description: 'the server’s time, for token-time' },
    },
    'now',
  ),
  Status: object({ status: { type: 'string' } }),
} as const satisfies Record<string, Schema>;
