import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digest, utf8 } from '../../src/protocol/bytes.ts';
import { signJws, type JwsType } from '../../src/protocol/jws.ts';
import {
  authorization as anyAuthorization,
  bent,
  bytes,
  cursor as anyCursor,
  endpoint,
  method as anyMethod,
  path as anyPath,
  query as anyQuery,
} from './fuzz/generators.ts';
import { createHarness, request, type Harness } from './harness.ts';
import { APP, createPerson, deliveryId, ORIGIN, pointer, START } from './person.ts';

/** Whatever comes in, the answer is one that docs/protocol.md#6 knows, and nothing breaks inside. */

const alice = createPerson('alice');
const bob = createPerson('bob');
const RUNS = { numRuns: 300 };

async function aliceAndBob(): Promise<Harness> {
  const harness = createHarness();
  await harness.settle(alice);
  await harness.settle(bob);
  return harness;
}

/** What is wrong with an answer; undefined where it is one of the protocol's. */
async function flawOf(
  { failures }: Harness,
  response: Response,
  allowed?: readonly number[],
): Promise<unknown> {
  const { status } = response;
  const text = await response.text();
  if (failures.length > 0) return failures;
  if (status >= 500 && !allowed?.includes(status)) return `${status} ${text}`;
  if (allowed !== undefined && !allowed.includes(status)) return `${status} ${text}`;
  if (status < 400) return undefined;
  const problem = JSON.parse(text) as { status: unknown };
  return problem.status === status ? undefined : text;
}

test('any path, method, query and header', async () => {
  const harness = await aliceAndBob();
  await fc.assert(
    fc.asyncProperty(
      anyPath(bob.address),
      anyQuery,
      anyMethod,
      anyAuthorization,
      async (path, query, method, authorization) => {
        const init = { method, headers: { authorization } };
        const response = await harness.server.fetch(new Request(`${ORIGIN}${path}?${query}`, init));
        expect(response.status).toBeLessThan(500);
        expect(harness.failures).toEqual([]);
      },
    ),
    RUNS,
  );
});

test('any body, with a good token for it', async () => {
  const harness = await aliceAndBob();
  const bodies = endpoint.chain(([act, method, path, whole]) =>
    fc.record({
      act: fc.constant(act),
      method: fc.constant(method),
      path: fc.constant(path),
      body: fc.oneof(
        bytes,
        fc.json().map(utf8),
        bent(whole ?? {}).map((object) => utf8(JSON.stringify(object))),
      ),
    }),
  );
  await fc.assert(
    fc.asyncProperty(bodies, async ({ act, method, path, body }) => {
      const token = bob.token(act, body, act === 'send' ? { to: bob.address } : {});
      const sent = method === 'GET' ? undefined : body;
      expect(
        await flawOf(
          harness,
          await harness.server.fetch(request(method, `/v1/inboxes/${bob.address}${path}`, token, sent)),
        ),
      ).toBeUndefined();
    }),
    RUNS,
  );
});

test('any claims in a token that is signed, of any type', async () => {
  const harness = await aliceAndBob();
  const body = utf8(JSON.stringify({ id: deliveryId('one'), pointer: pointer('one') }));
  const claims = {
    sub: alice.address,
    app: APP,
    bucket: alice.bucket,
    aud: ORIGIN,
    act: 'send',
    iat: START,
    exp: START + 300,
    bh: digest(body),
    to: bob.address,
  };
  const type = fc.constantFrom<JwsType>(
    'letterbox-request+jwt',
    'letterbox-record+jwt',
    'letterbox-pointer+jwt',
  );
  await fc.assert(
    fc.asyncProperty(bent(claims), type, fc.boolean(), async (bentClaims, typ, cut) => {
      const token = signJws(typ, bentClaims, alice.key);
      const path = `/v1/inboxes/${bob.address}/messages`;
      expect(
        await flawOf(
          harness,
          await harness.server.fetch(request('POST', path, cut ? token.slice(0, -3) : token, body)),
        ),
      ).toBeUndefined();
    }),
    RUNS,
  );
});

test('any record to enrol with, signed by its owner', async () => {
  const harness = await aliceAndBob();
  const { address, bucket, app } = bob;
  const claims = {
    address,
    bucket,
    app,
    servers: [{ type: 'letterbox', url: ORIGIN }],
    accept: { maxBytes: 1, unknown: 'request' },
    seq: START * 1000,
    iat: START,
    exp: START + 100,
  };
  await fc.assert(
    fc.asyncProperty(bent(claims), async (bentClaims) => {
      const file = utf8(
        JSON.stringify({ version: 1, token: signJws('letterbox-record+jwt', bentClaims, bob.key) }),
      );
      expect(await flawOf(harness, await harness.enrol(bob, file), [204, 400, 403, 409])).toBeUndefined();
    }),
    RUNS,
  );
});

test('any answer of a hub to a look-up', async () => {
  const place = `${alice.bucket}.well-known/letterbox.json`;
  const harness = await aliceAndBob();
  const answers = fc.oneof(
    bytes,
    fc.json().map(utf8),
    bent({ version: 1, token: 'a.b.c' }).map((object) => utf8(JSON.stringify(object))),
    fc.integer({ min: 200, max: 599 }),
    fc.constant(new Error('broken')),
  );
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(answers, async (answer) => {
      harness.time.pass(600);
      harness.web.put(place, answer);
      sent += 1;
      expect(await flawOf(harness, await harness.send(alice, bob, `${sent}`), [403, 503])).toBeUndefined();
    }),
    RUNS,
  );
});

test('any cursor', async () => {
  const harness = await aliceAndBob();
  await fc.assert(
    fc.asyncProperty(anyCursor(harness.store.epoch, 'x'), async (cursor) => {
      const path = `/messages?after=${encodeURIComponent(cursor)}`;
      expect(
        await flawOf(harness, await harness.ask(bob, 'read', 'GET', path), [200, 400, 410]),
      ).toBeUndefined();
    }),
    RUNS,
  );
});

test('any text on a socket', async () => {
  const harness = await aliceAndBob();
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    bent({ type: 'subscribe', token: 'a.b.c' }).map((object) => JSON.stringify(object)),
  );
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const said = Promise.withResolvers<string>();
      const connection = harness.server.events.open({ send: said.resolve, close: said.reject });
      connection.received(text);
      expect(JSON.parse(await said.promise)).toMatchObject({ type: 'refused', problem: { retry: 'never' } });
      connection.closed();
      expect(harness.failures).toEqual([]);
    }),
    RUNS,
  );
});
