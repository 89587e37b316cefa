import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBase64url, utf8 } from '../../src/protocol/bytes.ts';
import { isProblemCode, PROBLEMS } from '../../src/protocol/problem.ts';
import {
  LIMITS,
  parseAcceptance,
  parseCounts,
  parseDeliveryPage,
  parseItemsBody,
  parsePolicyBody,
  parseSendBody,
  parseServerInfo,
} from '../../src/protocol/server-api.ts';
import { ACTS } from '../../src/protocol/tokens.ts';
import { describeApi } from '../../src/server/openapi/document.ts';
import { endpoints } from '../../src/server/router.ts';
import { NO_RATES } from '../../src/server/rates.ts';
import { createHarness, request, type Harness } from './harness.ts';
import { createPerson, deliveryId, messageId, ORIGIN, pointer } from './person.ts';

interface Described {
  readonly 'x-letterbox-acts'?: readonly string[];
  readonly requestBody?: { readonly 'x-letterbox-max-bytes': number };
  readonly responses: Readonly<Record<string, { content?: Readonly<Record<string, { schema?: object }>> }>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const alice = createPerson('alice');
const bob = createPerson('bob');
const api = describeApi(ORIGIN) as Document;

const ajv = new Ajv2020({ strict: false, formats: { uri: true } });
ajv.addSchema(api, 'api');
const fits = (schema: object, value: unknown): boolean => {
  const absolute = JSON.stringify(schema).replaceAll('"#/components', '"api#/components');
  return ajv.validate(JSON.parse(absolute) as object, value);
};
const isA = (name: string, value: unknown): boolean => fits({ $ref: `#/components/schemas/${name}` }, value);

const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([method]) => method !== 'parameters')
    .map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);

describe('the document', () => {
  test('is served, for the origin that clients use', async () => {
    const response = await createHarness().server.fetch(request('GET', '/v1/openapi.json'));
    expect(await response.json()).toEqual(api);
    expect(api).toMatchObject({ openapi: '3.1.0', servers: [{ url: ORIGIN }] });
  });

  test('has every endpoint of the router, and no other', () => {
    const described = operations.map(({ path, method }) => `${method} ${path}`).toSorted();
    const routed = endpoints().flatMap(([path, methods]) => methods.map((method) => `${method} ${path}`));
    expect(described).toEqual(routed.toSorted());
  });

  test('has every problem, under its status, and every act', () => {
    const codes = operations.flatMap(({ operation }) =>
      Object.entries(operation.responses).flatMap(([status, { content }]) => {
        const schema = JSON.stringify(content?.['application/problem+json'] ?? {});
        return [...schema.matchAll(/problem:([a-z-]+)/g)].map(([, code = '']) => ({ status, code }));
      }),
    );
    expect(new Set(codes.map(({ code }) => code))).toEqual(new Set(Object.keys(PROBLEMS)));
    for (const { status, code } of codes) {
      expect(isProblemCode(code) && String(PROBLEMS[code].status)).toBe(status);
    }
    const acts = operations.flatMap(({ operation }) => operation['x-letterbox-acts'] ?? []);
    expect(new Set(acts)).toEqual(new Set(ACTS));
  });

  test('every reference leads somewhere', () => {
    const names = [...JSON.stringify(api).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);
    expect(names.filter((name) => !Object.hasOwn(api.components.schemas, name ?? ''))).toEqual([]);
    for (const name of Object.keys(api.components.schemas)) expect(() => isA(name, {})).not.toThrow();
  });

  test('the limits are the ones kept', async () => {
    const { server } = createHarness();
    for (const { path, method, operation } of operations) {
      const limit = operation.requestBody?.['x-letterbox-max-bytes'];
      if (limit === undefined) continue;
      const ask = (size: number): Promise<Response> =>
        server.fetch(
          request(method, path.replace('{address}', bob.address), undefined, new Uint8Array(size)),
        );
      expect((await ask(limit + 1)).status).toBe(413);
      expect((await ask(limit)).status).not.toBe(413);
    }
    expect(
      isA('ItemsBody', { items: Array.from({ length: LIMITS.listItems + 1 }, () => itemOf('one')) }),
    ).toBe(false);
  });
});

const itemOf = (seed: string) => ({ from: alice.address, id: deliveryId(seed) });

const BODIES = {
  SendBody: { parse: parseSendBody, good: { id: deliveryId('one'), pointer: pointer('one') } },
  ItemsBody: { parse: parseItemsBody, good: { items: [itemOf('one'), itemOf('two')] } },
  PolicyBody: { parse: parsePolicyBody, good: { seq: 7, allowed: [alice.address], blocked: [bob.address] } },
} as const;

/** A value with one thing in it put in another's place, at any depth. */
function altered(value: unknown): fc.Arbitrary<unknown> {
  const other = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(alice.address, deliveryId('x'), pointer('x'), -1, 1.5),
  );
  if (typeof value !== 'object' || value === null) return other;
  const members = Object.keys(value);
  const inside = fc.constantFrom(...members).chain((name) => {
    const inner = altered((value as Record<string, unknown>)[name]);
    return inner.map((changed) =>
      Array.isArray(value)
        ? value.map((item: unknown, at) => (String(at) === name ? changed : item))
        : { ...value, [name]: changed },
    );
  });
  const without = fc.constantFrom(...members).map((name) => {
    if (Array.isArray(value)) return value.filter((_, at) => String(at) !== name);
    return Object.fromEntries(Object.entries(value).filter(([member]) => member !== name));
  });
  return fc.oneof(inside, without, other);
}

describe.each(Object.entries(BODIES))('%s', (name, { parse, good }) => {
  const parses = (value: unknown): boolean => {
    try {
      parse(utf8(JSON.stringify(value)));
      return true;
    } catch {
      return false;
    }
  };

  test('what is good is good to both', () => {
    expect([isA(name, good), parses(good)]).toEqual([true, true]);
  });

  test('what the parser takes, the schema takes; what the schema takes, too, but for checksums', () => {
    fc.assert(
      fc.property(altered(good), (value) => {
        const [parsed, fitting] = [parses(value), isA(name, value)];
        const text = JSON.stringify(value).replaceAll(alice.address, '').replaceAll(bob.address, '');
        return parsed === fitting || (fitting && text.includes('"1'));
      }),
      { numRuns: 500 },
    );
  });
});

/** One of everything that the server answers, refusals included. */
async function conversation(
  harness: Harness,
): Promise<{ method: string; path: string; response: Response }[]> {
  const heard: { method: string; path: string; response: Response }[] = [];
  const hear = async (method: string, path: string, answer: Promise<Response>): Promise<void> => {
    heard.push({ method, path, response: await answer });
  };
  const inbox = '/v1/inboxes/{address}';
  for (const path of ['/v1/server', '/v1/openapi.json', '/v1/events', '/healthz', '/readyz', '/metrics']) {
    await hear('GET', path, harness.server.fetch(request('GET', path)));
  }
  await hear('GET', `${inbox}/count`, harness.ask(bob, 'count', 'GET', '/count'));
  await hear('PUT', inbox, harness.enrol(bob, utf8('{}')));
  for (const person of [alice, bob]) {
    harness.web.publish(person.bucket, person.record());
    await hear('PUT', inbox, harness.enrol(person));
  }
  for (const seed of ['one', 'one', 'two'])
    await hear('POST', `${inbox}/messages`, harness.send(alice, bob, seed));
  await hear('POST', `${inbox}/messages`, harness.send(alice, bob, 'one', { pointer: pointer('other') }));
  await hear('POST', `${inbox}/messages`, harness.send(alice, bob, 'one', { claims: { iat: 1, exp: 2 } }));
  await hear('POST', `${inbox}/messages`, harness.send(createPerson('carol'), bob, 'three'));
  for (let n = 0; n < 4; n += 1)
    await hear('POST', `${inbox}/messages`, harness.send(alice, bob, `more ${n}`));
  for (const query of ['', '?limit=1', '?unread=1', '?limit=0', '?after=AAAA']) {
    await hear('GET', `${inbox}/messages`, harness.ask(bob, 'read', 'GET', `/messages${query}`));
  }
  await hear('GET', `${inbox}/count`, harness.ask(bob, 'count', 'GET', '/count'));
  await hear('GET', `${inbox}/count`, harness.ask(bob, 'ack', 'GET', '/count'));
  await hear('POST', `${inbox}/acks`, harness.ask(bob, 'ack', 'POST', '/acks', { items: [itemOf('one')] }));
  await hear(
    'POST',
    `${inbox}/deletions`,
    harness.ask(bob, 'delete', 'POST', '/deletions', { items: [itemOf('one')] }),
  );
  const policy = { seq: 5, allowed: [], blocked: [alice.address] };
  await hear('PUT', `${inbox}/policy`, harness.ask(bob, 'policy', 'PUT', '/policy', policy));
  await hear('PUT', `${inbox}/policy`, harness.ask(bob, 'policy', 'PUT', '/policy', { ...policy, seq: 4 }));
  await hear('POST', `${inbox}/messages`, harness.send(alice, bob, 'four'));
  const leave = bob.token('leave', new Uint8Array(), { jti: messageId('leave') });
  const path = `/v1/inboxes/${bob.address}`;
  for (let n = 0; n < 2; n += 1)
    await hear('DELETE', inbox, harness.server.fetch(request('DELETE', path, leave)));
  return heard;
}

test('every answer is one that the document has, with the body that it has there', async () => {
  const heard = await conversation(createHarness({ rates: { ...NO_RATES, perSender: 6 } }));
  expect(heard.length).toBeGreaterThan(30);
  const statuses = new Set<number>();
  for (const { method, path, response } of heard) {
    const { responses } = api.paths[path]?.[method.toLowerCase()] ?? { responses: {} };
    const described = responses[response.status];
    expect(described, `${method} ${path} ${response.status}`).toBeDefined();
    statuses.add(response.status);
    const type = response.headers.get('content-type') ?? '';
    const schema = described?.content?.[type]?.schema;
    if (schema === undefined) continue;
    const body: unknown = await response.json();
    expect(
      fits(schema, body),
      `${method} ${path} ${response.status} ${JSON.stringify(body)} ${ajv.errorsText()}`,
    ).toBe(true);
  }
  expect([...statuses].toSorted((a, b) => a - b)).toEqual([
    200, 201, 204, 400, 401, 403, 404, 409, 410, 426, 429,
  ]);
});

test('what the document says of answers is what agents read', async () => {
  const harness = createHarness();
  await harness.settle(alice);
  await harness.settle(bob);
  const bytes = async (answer: Promise<Response>): Promise<Uint8Array> =>
    new Uint8Array(await (await answer).arrayBuffer());
  const read = (name: string, body: Uint8Array, value: unknown): void => {
    expect(isA(name, JSON.parse(Buffer.from(body).toString()))).toBe(true);
    expect(isA(name, JSON.parse(JSON.stringify(value)))).toBe(true); // and nothing was left out of it
  };
  const accepted = await bytes(harness.send(alice, bob, 'one'));
  read('Acceptance', accepted, parseAcceptance(accepted));
  const page = await bytes(harness.ask(bob, 'read', 'GET', '/messages'));
  read('DeliveryPage', page, parseDeliveryPage(page, {}));
  const counts = await bytes(harness.ask(bob, 'count', 'GET', '/count'));
  read('Counts', counts, parseCounts(counts));
  const info = await bytes(harness.server.fetch(request('GET', '/v1/server')));
  read('ServerInfo', info, parseServerInfo(info));
  expect(isA('DeliveryId', toBase64url(new Uint8Array(16).fill(255)))).toBe(true);
});
