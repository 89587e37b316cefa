import { describe, expect, test } from 'vitest';
import { createHarness, problemOf, type Harness } from './harness.ts';
import { asName, createPerson, ORIGIN, START } from './person.ts';

const alice = createPerson('alice');
const bob = createPerson('bob');
const DAY = 86_400;
const place = `${bob.bucket}.well-known/letterbox.json`;

async function aliceAndBob(): Promise<Harness> {
  const harness = createHarness();
  await harness.settle(alice);
  await harness.settle(bob);
  return harness;
}

const accept = (unknown: 'request' | 'named' | 'closed') => ({ maxBytes: 1, unknown });
const later = (seconds: number) => (START + seconds) * 1000;

describe('every refused recipient is one and the same to the letter', () => {
  const reasons: readonly (readonly [string, (harness: Harness) => unknown])[] = [
    ['not enrolled', (harness) => harness.ask(bob, 'leave', 'DELETE', '')],
    ['closed', (harness) => harness.settle(bob, bob.record({ seq: later(1), accept: accept('closed') }))],
    ['unnamed', (harness) => harness.settle(bob, bob.record({ seq: later(1), accept: accept('named') }))],
    [
      'no longer listing this server',
      (harness) => harness.web.publish(bob.bucket, bob.record({ seq: later(1), servers: [] })),
    ],
    [
      'moved to another app',
      (harness) =>
        harness.web.publish(
          bob.bucket,
          bob.record({ seq: later(1), app: createPerson('x', { app: ORIGIN }).app }),
        ),
    ],
    ['without a record', (harness) => harness.web.put(place, 404)],
    ['with a broken record', (harness) => harness.web.put(place, Buffer.from('{}'))],
    [
      'with two records of one seq',
      (harness) => harness.web.publish(bob.bucket, bob.record({ name: asName('bob.id') })),
    ],
    ['with a record that ended', (harness) => harness.time.pass(91 * DAY)],
    [
      'blocking',
      (harness) =>
        harness.ask(bob, 'policy', 'PUT', '/policy', { seq: 1, allowed: [], blocked: [alice.address] }),
    ],
    [
      'blocking and allowing',
      (harness) =>
        harness.ask(bob, 'policy', 'PUT', '/policy', {
          seq: 1,
          allowed: [alice.address],
          blocked: [alice.address],
        }),
    ],
  ];

  for (const [reason, refuse] of reasons) {
    test(`${reason}: recipient-refused`, async () => {
      const harness = await aliceAndBob();
      const left = reason === 'not enrolled';
      if (left) {
        const jti = 'AAAAAAAAAAAAAAAAAAAAAA';
        const token = bob.token('leave', new Uint8Array(), { jti: jti as never });
        const url = `${ORIGIN}/v1/inboxes/${bob.address}`;
        await harness.server.fetch(
          new Request(url, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } }),
        );
      } else await refuse(harness);
      const response = await harness.send(alice, bob, 'one');
      expect(response.status).toBe(403);
      expect(response.headers.get('retry-after')).toBeNull();
      expect(await response.text()).toBe(
        '{"type":"urn:letterbox:problem:recipient-refused","title":"recipient refused","status":403,"retry":"never"}',
      );
      expect(harness.failures).toEqual([]);
    });
  }

  test('unless the sender is allowed', async () => {
    const harness = await aliceAndBob();
    await harness.settle(bob, bob.record({ seq: later(1), accept: accept('closed') }));
    await harness.ask(bob, 'policy', 'PUT', '/policy', { seq: 1, allowed: [alice.address], blocked: [] });
    expect((await harness.send(alice, bob, 'one')).status).toBe(201);
  });
});

describe('confirmation at the well-known place', () => {
  const asked = ({ web }: Harness): number => web.asked.filter((url) => url === place).length;

  test('before the first delivery, and at most daily after', async () => {
    const harness = await aliceAndBob();
    expect(asked(harness)).toBe(0);
    expect((await harness.send(alice, bob, 'one')).status).toBe(201);
    harness.time.pass(DAY - 1);
    expect((await harness.send(alice, bob, 'two')).status).toBe(201);
    expect(asked(harness)).toBe(1);
    harness.time.pass(1);
    expect((await harness.send(alice, bob, 'three')).status).toBe(201);
    expect(asked(harness)).toBe(2);
  });

  test('anew where it was made under a clock that was set back since', async () => {
    const harness = await aliceAndBob();
    harness.time.pass(DAY);
    expect((await harness.send(alice, bob, 'ahead')).status).toBe(201);
    harness.time.pass(-DAY);
    expect((await harness.send(alice, bob, 'set back')).status).toBe(201);
    expect(asked(harness)).toBe(2);
    expect((await harness.send(alice, bob, 'and no more')).status).toBe(201);
    expect(asked(harness)).toBe(2);
  });

  test('fetches from the enrolled bucket, never from where the caller says', async () => {
    const harness = await aliceAndBob();
    await harness.send(alice, bob, 'one', {
      claims: { bucket: createPerson('alice', { hub: 'https://elsewhere.example/' }).bucket },
    });
    expect(new Set(harness.web.asked.map((url) => new URL(url).host))).toEqual(
      new Set(['hub.example', 'elsewhere.example']),
    );
    expect(harness.web.asked.filter((url) => url.includes(bob.address))).toEqual([place]);
  });

  test('a refused sender causes no look-up', async () => {
    const harness = await aliceAndBob();
    await harness.ask(bob, 'policy', 'PUT', '/policy', { seq: 1, allowed: [], blocked: [alice.address] });
    await harness.send(alice, bob, 'one');
    expect(harness.web.asked).toEqual([]);
  });

  test('a newer record that lists this server is taken over, its rules included', async () => {
    const harness = await aliceAndBob();
    harness.web.publish(bob.bucket, bob.record({ seq: later(5), accept: accept('closed') }));
    expect(await problemOf(await harness.send(alice, bob, 'one'))).toBe('403 recipient-refused');
    expect(await harness.store.inbox(bob.address)).toMatchObject({
      seq: later(5),
      unknown: 'closed',
      frozen: false,
    });
  });

  test('a newer record that does not, freezes the inbox until a yet newer one does; the owner can still read', async () => {
    const harness = await aliceAndBob();
    await harness.send(alice, bob, 'one');
    harness.time.pass(DAY);
    harness.web.publish(bob.bucket, bob.record({ seq: later(5), servers: [] }));
    expect(await problemOf(await harness.send(alice, bob, 'two'))).toBe('403 recipient-refused');
    const before = asked(harness);
    expect(await problemOf(await harness.send(alice, bob, 'two'))).toBe('403 recipient-refused');
    expect(asked(harness)).toBe(before); // frozen: nobody is asked any more
    expect((await harness.ask(bob, 'read', 'GET', '/messages')).status).toBe(200);

    expect(await problemOf(await harness.enrol(bob))).toBe('409 seq');
    harness.time.pass(600);
    await harness.settle(bob, bob.record({ seq: later(6) }));
    expect((await harness.send(alice, bob, 'two')).status).toBe(201);
  });

  test('an older record is a stale copy: later, and the hub is not pressed meanwhile', async () => {
    const harness = await aliceAndBob();
    await harness.enrol(bob, bob.record({ seq: later(5) })); // published, but the hub still shows the one before
    const response = await harness.send(alice, bob, 'one');
    expect(response.headers.get('retry-after')).toBe('30');
    expect(await problemOf(response)).toBe('503 unavailable');
    harness.time.pass(9);
    await harness.send(alice, bob, 'one');
    expect(asked(harness)).toBe(1);
    harness.web.publish(bob.bucket, bob.record({ seq: later(5) }));
    harness.time.pass(1);
    expect((await harness.send(alice, bob, 'one')).status).toBe(201);
    expect(asked(harness)).toBe(2);
  });

  test('a hub that is down: later', async () => {
    const harness = await aliceAndBob();
    harness.web.put(place, new Error('connection refused'));
    expect(await problemOf(await harness.send(alice, bob, 'one'))).toBe('503 unavailable');
    harness.web.put(place, 502);
    harness.time.pass(60);
    expect(await problemOf(await harness.send(alice, bob, 'one'))).toBe('503 unavailable');
    expect(harness.failures).toEqual([]);
  });

  test('a bucket elsewhere is confirmed anew', async () => {
    const harness = await aliceAndBob();
    await harness.send(alice, bob, 'one');
    const moved = createPerson('bob', { hub: 'https://new.example/' });
    expect((await harness.enrol(moved, moved.record({ seq: later(5) }))).status).toBe(204);
    expect(await problemOf(await harness.send(alice, bob, 'two'))).toBe('403 recipient-refused');
    harness.time.pass(60);
    harness.web.publish(moved.bucket, moved.record({ seq: later(5) }));
    expect((await harness.send(alice, bob, 'two')).status).toBe(201);
  });
});
