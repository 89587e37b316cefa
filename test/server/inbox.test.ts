import { describe, expect, test } from 'vitest';
import { digest, utf8 } from '../../src/protocol/bytes.ts';
import type { Act } from '../../src/protocol/tokens.ts';
import { createHarness, problemOf, request, type Harness } from './harness.ts';
import { createPerson, deliveryId, messageId, ORIGIN, START } from './person.ts';

const alice = createPerson('alice');
const bob = createPerson('bob');
const seq = (seconds: number) => (START + seconds) * 1000;
const NOTHING = new Uint8Array();

async function withMail(...seeds: string[]): Promise<Harness> {
  const harness = createHarness();
  await harness.settle(alice);
  await harness.settle(bob);
  for (const seed of seeds) await harness.send(alice, bob, seed);
  return harness;
}

const keys = (...seeds: string[]) => ({
  items: seeds.map((seed) => ({ from: alice.address, id: deliveryId(seed) })),
});

async function idsOf(response: Response): Promise<string[]> {
  return ((await response.json()) as { items: { id: string }[] }).items.map(({ id }) => id);
}

describe('enrolling', () => {
  test('answers 204, and again the same', async () => {
    const { enrol } = createHarness();
    expect((await enrol(bob)).status).toBe(204);
    expect((await enrol(bob)).status).toBe(204);
  });

  test('a record is refused below the stored one, and another of the same seq', async () => {
    const { enrol } = createHarness();
    await enrol(bob, bob.record({ seq: seq(1) }));
    expect(await problemOf(await enrol(bob, bob.record({ seq: seq(0) })))).toBe('409 seq');
    expect(await problemOf(await enrol(bob, bob.record({ seq: seq(1), exp: START + 5 })))).toBe('409 seq');
    expect((await enrol(bob, bob.record({ seq: seq(2) }))).status).toBe(204);
  });

  const records: readonly (readonly [string, Uint8Array, string])[] = [
    ['no record', utf8('{}'), '400 malformed'],
    ['a record that does not list this server', bob.record({ servers: [] }), '400 malformed'],
    ['a record that ended', bob.record({ iat: START - 10, exp: START }), '400 malformed'],
    ['a record from the future', bob.record({ seq: seq(601) }), '400 malformed'],
    ['somebody else’s record', alice.record(), '403 token-address'],
    ['a record for another app', bob.record({ app: ORIGIN }), '403 token-address'],
    [
      'a record for another bucket',
      createPerson('bob', { hub: 'https://x.example/' }).record(),
      '403 token-address',
    ],
    ['more than a record', new Uint8Array(16 * 1024 + 1).fill(0x20), '413 too-large'],
  ];
  for (const [what, record, answer] of records) {
    test(`${what}: ${answer}`, async () => {
      const harness = createHarness();
      expect(await problemOf(await harness.enrol(bob, record))).toBe(answer);
      expect(await harness.store.inbox(bob.address)).toBeUndefined();
      expect(harness.failures).toEqual([]);
    });
  }
});

describe('the owner', () => {
  const asks: readonly (readonly [Act, string, string, object | undefined])[] = [
    ['read', 'GET', '/messages', undefined],
    ['count', 'GET', '/count', undefined],
    ['ack', 'POST', '/acks', { items: [] }],
    ['delete', 'POST', '/deletions', { items: [] }],
    ['policy', 'PUT', '/policy', { seq: 1, allowed: [], blocked: [] }],
  ];
  for (const [act, method, path, body] of asks) {
    const bytes = body === undefined ? undefined : utf8(JSON.stringify(body));
    const ask = (harness: Harness, token: string | undefined) =>
      harness.server.fetch(request(method, `/v1/inboxes/${bob.address}${path}`, token, bytes));

    test(`${act}: not enrolled is told to the owner only`, async () => {
      const harness = createHarness();
      expect(await problemOf(await harness.ask(bob, act, method, path, body))).toBe('404 not-enrolled');
      expect(await problemOf(await ask(harness, alice.token(act, bytes ?? NOTHING)))).toBe(
        '403 token-address',
      );
      expect(await problemOf(await ask(harness, undefined))).toBe('401 token-invalid');
    });

    test(`${act}: app and bucket are those of the record`, async () => {
      const harness = await withMail();
      for (const claims of [
        { app: ORIGIN },
        { bucket: createPerson('bob', { hub: 'https://x.example/' }).bucket },
      ]) {
        expect(await problemOf(await ask(harness, bob.token(act, bytes ?? NOTHING, claims)))).toBe(
          '403 token-address',
        );
      }
    });

    test(`${act}: a token for another act does not do`, async () => {
      const harness = await withMail();
      const other = act === 'policy' ? 'ack' : 'policy';
      expect(await problemOf(await ask(harness, bob.token(other, bytes ?? NOTHING)))).toBe('403 token-act');
    });
  }

  test('a read token also counts; a count token only counts, for thirty days', async () => {
    const harness = await withMail('one');
    expect(await (await harness.ask(bob, 'read', 'GET', '/count')).json()).toEqual({ unread: 1, total: 1 });
    expect(await problemOf(await harness.ask(bob, 'count', 'GET', '/messages'))).toBe('403 token-act');
    const token = bob.token('count', NOTHING, { exp: START + 30 * 86_400 });
    const count = () => harness.server.fetch(request('GET', `/v1/inboxes/${bob.address}/count`, token));
    harness.time.pass(29 * 86_400);
    expect(await (await count()).json()).toEqual({ unread: 1, total: 1 });
    harness.time.pass(86_400 + 60);
    expect(await problemOf(await count())).toBe('401 token-time');
  });

  test('a token that was good once is checked anew for everything but its signature', async () => {
    const harness = await withMail('one');
    const token = bob.token('read', NOTHING);
    const read = () => harness.server.fetch(request('GET', `/v1/inboxes/${bob.address}/messages`, token));
    expect((await read()).status).toBe(200);
    harness.time.pass(360);
    expect(await (await read()).json()).toMatchObject({ now: START + 360, retry: 'same' });
  });
});

describe('the list', () => {
  test('is read page by page, and by unread', async () => {
    const harness = await withMail('a', 'b', 'c');
    const first = (await (await harness.ask(bob, 'read', 'GET', '/messages?limit=2')).json()) as {
      cursor: string;
    };
    expect(first).toMatchObject({
      items: [{ id: deliveryId('a') }, { id: deliveryId('b') }],
      more: true,
      unread: 3,
    });
    const second = await harness.ask(bob, 'read', 'GET', `/messages?limit=2&after=${first.cursor}`);
    expect(await second.json()).toMatchObject({ items: [{ id: deliveryId('c') }], more: false, total: 3 });
    await harness.ask(bob, 'ack', 'POST', '/acks', keys('a', 'c'));
    expect(await idsOf(await harness.ask(bob, 'read', 'GET', '/messages?unread=1'))).toEqual([
      deliveryId('b'),
    ]);
  });

  for (const query of ['limit=0', 'limit=201', 'limit=', 'limit=1.5', 'limit=1e2', 'unread=2']) {
    test(`?${query}: malformed`, async () => {
      const harness = await withMail();
      expect(await problemOf(await harness.ask(bob, 'read', 'GET', `/messages?${query}`))).toBe(
        '400 malformed',
      );
    });
  }

  test('a cursor that cannot be read: from the start', async () => {
    const harness = await withMail('a');
    const response = await harness.ask(bob, 'read', 'GET', '/messages?after=nonsense');
    const long = await harness.ask(bob, 'read', 'GET', `/messages?after=${'x'.repeat(257)}`);
    expect(await problemOf(long)).toBe('410 cursor-expired');
    expect(await response.clone().json()).toMatchObject({ retry: 'same' });
    expect(await problemOf(response)).toBe('410 cursor-expired');
  });

  test('reading leaves the count, deleting takes off, both can be repeated', async () => {
    const harness = await withMail('a', 'b', 'c');
    const counts = async (): Promise<unknown> => (await harness.ask(bob, 'count', 'GET', '/count')).json();
    for (let n = 0; n < 2; n += 1) {
      expect((await harness.ask(bob, 'ack', 'POST', '/acks', keys('a', 'unheard of'))).status).toBe(204);
      expect(await counts()).toEqual({ unread: 2, total: 3 });
    }
    for (let n = 0; n < 2; n += 1) {
      expect((await harness.ask(bob, 'delete', 'POST', '/deletions', keys('a', 'b'))).status).toBe(204);
      expect(await counts()).toEqual({ unread: 1, total: 1 });
    }
    expect((await harness.send(alice, bob, 'a')).status).toBe(200); // remembered after deletion
    expect(await idsOf(await harness.ask(bob, 'read', 'GET', '/messages'))).toEqual([deliveryId('c')]);
  });

  test('at most 200 items at a time', async () => {
    const harness = await withMail();
    const items = Array.from({ length: 201 }, (_, n) => ({ from: alice.address, id: deliveryId(`${n}`) }));
    expect((await harness.ask(bob, 'ack', 'POST', '/acks', { items: items.slice(1) })).status).toBe(204);
    expect(await problemOf(await harness.ask(bob, 'ack', 'POST', '/acks', { items }))).toBe('400 malformed');
  });
});

describe('the policy', () => {
  test('is ordered by seq', async () => {
    const harness = await withMail();
    const put = (n: number, ...blocked: string[]) =>
      harness.ask(bob, 'policy', 'PUT', '/policy', { seq: n, allowed: [], blocked });
    expect((await put(5, alice.address)).status).toBe(204);
    expect((await put(5, alice.address)).status).toBe(204);
    expect(await problemOf(await put(5))).toBe('409 seq');
    expect(await problemOf(await put(4))).toBe('409 seq');
    expect(await problemOf(await harness.send(alice, bob, 'one'))).toBe('403 recipient-refused');
    expect((await put(6)).status).toBe(204);
    expect((await harness.send(alice, bob, 'one')).status).toBe(201);
  });

  test('unknown senders have a quota, allowed ones have not', async () => {
    const harness = await withMail('1', '2', '3', '4', '5');
    const refused = await harness.send(alice, bob, '6');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await problemOf(refused)).toBe('429 quota');
    await harness.ask(bob, 'policy', 'PUT', '/policy', { seq: 1, allowed: [alice.address], blocked: [] });
    expect((await harness.send(alice, bob, '6')).status).toBe(201);
  });

  test('a full inbox says so', async () => {
    const harness = createHarness({ limits: { stored: 1, unknown: 1, unknownPerSender: 1 } });
    await harness.settle(alice);
    await harness.settle(bob);
    await harness.ask(bob, 'policy', 'PUT', '/policy', { seq: 1, allowed: [alice.address], blocked: [] });
    await harness.send(alice, bob, 'one');
    expect(await problemOf(await harness.send(alice, bob, 'two'))).toBe('429 inbox-full');
    expect((await harness.send(alice, bob, 'one')).status).toBe(200);
  });
});

describe('leaving', () => {
  const jti = messageId('leave');
  const leave = (harness: Harness, token: string) =>
    harness.server.fetch(request('DELETE', `/v1/inboxes/${bob.address}`, token));

  test('erases everything, once; what was asked before it does not bring it back', async () => {
    const harness = await withMail('one');
    const [record, token] = [bob.record(), bob.token('leave', NOTHING, { jti })];
    const enrolBefore = bob.token('enrol', record, { bh: digest(record) });
    expect((await leave(harness, token)).status).toBe(204);
    expect(await problemOf(await harness.ask(bob, 'read', 'GET', '/messages'))).toBe('404 not-enrolled');
    expect(await problemOf(await leave(harness, token))).toBe('409 token-replayed');
    const again = request('PUT', `/v1/inboxes/${bob.address}`, enrolBefore, record);
    expect(await problemOf(await harness.server.fetch(again))).toBe('409 token-replayed');

    harness.time.pass(1);
    expect((await harness.enrol(bob)).status).toBe(204);
    expect(await (await harness.ask(bob, 'count', 'GET', '/count')).json()).toEqual({ unread: 0, total: 0 });
    expect(await problemOf(await leave(harness, token))).toBe('409 token-replayed');
    expect((await harness.ask(bob, 'read', 'GET', '/messages')).status).toBe(200);
  });

  test('a replay is refused for as long as its token could pass', async () => {
    const harness = await withMail();
    const token = bob.token('leave', NOTHING, { jti });
    await leave(harness, token);
    harness.time.pass(359);
    expect(await problemOf(await leave(harness, token))).toBe('409 token-replayed');
    harness.time.pass(1);
    expect(await problemOf(await leave(harness, token))).toBe('401 token-time');
  });

  test('needs an id, and the app of the record', async () => {
    const harness = await withMail();
    expect(await problemOf(await leave(harness, bob.token('leave', NOTHING)))).toBe('401 token-invalid');
    const other = bob.token('leave', NOTHING, { jti, app: ORIGIN });
    expect(await problemOf(await leave(harness, other))).toBe('403 token-address');
    expect(await harness.store.inbox(bob.address)).toBeDefined();
  });

  test('somebody who was never here is not enrolled', async () => {
    expect(await problemOf(await leave(createHarness(), bob.token('leave', NOTHING, { jti })))).toBe(
      '404 not-enrolled',
    );
  });
});
