import fc from 'fast-check';
import type { Act } from '../../../src/protocol/tokens.ts';
import { APP, createPerson, deliveryId, ORIGIN, pointer, START } from '../person.ts';

/** What no well-meaning client sends, for a server in this process and for one of its own. */

const { address } = createPerson('alice');

/** Each endpoint of an inbox: act, method, path after the inbox, and a body that it takes. */
const ENDPOINTS: readonly (readonly [Act, string, string, object | undefined])[] = [
  ['enrol', 'PUT', '', { version: 1, token: 'x.y.z' }],
  ['send', 'POST', '/messages', { id: deliveryId('one'), pointer: pointer('one') }],
  ['read', 'GET', '/messages', undefined],
  ['count', 'GET', '/count', undefined],
  ['ack', 'POST', '/acks', { items: [{ from: address, id: deliveryId('one') }] }],
  ['delete', 'POST', '/deletions', { items: [{ from: address, id: deliveryId('one') }] }],
  ['policy', 'PUT', '/policy', { seq: 1, allowed: [address], blocked: [] }],
  ['leave', 'DELETE', '', undefined],
];
export const endpoint = fc.constantFrom(...ENDPOINTS);
export const bytes = fc.uint8Array({ maxLength: 200 });
const integers = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(-0, 2 ** 53, START),
);
const value = fc.oneof(
  fc.jsonValue(),
  integers,
  fc.string({ unit: 'binary' }),
  fc.constantFrom(address, ORIGIN, APP),
);

/** The object with some members replaced, added or left out. */
export const bent = (whole: object) =>
  fc
    .dictionary(
      fc.constantFrom(...Object.keys(whole), '__proto__', 'constructor', 'extra'),
      fc.option(value, { nil: undefined }),
      { minKeys: 1, maxKeys: 3 },
    )
    .map((changes) => Object.assign({}, whole, changes));

/** @param inbox an address that there is an inbox for */
export const path = (inbox: string) =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom('v1', 'inboxes', inbox, 'messages', 'count', 'events', '..', '%00', '%2F'),
        fc.webSegment(),
      ),
      { maxLength: 5 },
    )
    .map((segments) => `/${segments.join('/')}`);

export const query = fc.webQueryParameters();

export const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS');

export const authorization = fc
  .oneof(fc.string(), fc.base64String(), fc.constantFrom('Bearer ', 'Bearer a.b.c', 'bearer  x'))
  .filter((text) => /^[ -~]*$/.test(text));

/** @param epochs that cursors may carry */
export const cursor = (...epochs: string[]) =>
  fc.oneof(
    fc.string(),
    fc.base64String(),
    fc
      .tuple(fc.constantFrom(...epochs), fc.integer(), fc.integer())
      .map((parts) => Buffer.from(parts.join('.')).toString('base64url')),
  );
