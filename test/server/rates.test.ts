import { expect, test } from 'vitest';
import { utf8 } from '../../src/protocol/bytes.ts';
import { createRates, NO_RATES, type RateLimits } from '../../src/server/rates.ts';
import { createHarness, problemOf, request, type Harness } from './harness.ts';
import { createPerson, deliveryId, pointer, type Person } from './person.ts';

const alice = createPerson('alice');
const bob = createPerson('bob');
const carol = createPerson('carol');
const dave = createPerson('dave');

async function settled(rates: Partial<RateLimits>): Promise<Harness> {
  const harness = createHarness({ rates: { ...NO_RATES, ...rates } });
  for (const person of [alice, bob, carol, dave]) await harness.settle(person);
  const allowed = [alice.address, dave.address];
  await harness.ask(bob, 'policy', 'PUT', '/policy', { seq: 1, allowed, blocked: [] });
  return harness;
}

/** A sending from a network of its own. */
function sendFrom({ server, time }: Harness, network: string, seed: string, from = alice): Promise<Response> {
  const body = utf8(JSON.stringify({ id: deliveryId(seed), pointer: pointer(seed) }));
  const now = Math.floor(time.clock.now() / 1000);
  const token = from.token('send', body, { to: bob.address, now });
  return server.fetch(request('POST', `/v1/inboxes/${bob.address}/messages`, token, body), network);
}

async function refusal(response: Response): Promise<[string, string | null]> {
  const after = response.headers.get('retry-after');
  return [await problemOf(response), after];
}

test('a sender', async () => {
  const harness = await settled({ perSender: 2 });
  for (const seed of ['one', 'two']) expect((await harness.send(alice, bob, seed)).status).toBe(201);
  expect(await refusal(await harness.send(alice, carol, 'three'))).toEqual(['429 rate', '30']);
  expect((await harness.send(carol, bob, 'four')).status).toBe(201);
  expect((await harness.send(alice, bob, 'one')).status).toBe(200); // a repeat costs nothing
  harness.time.pass(30);
  expect((await harness.send(alice, bob, 'three')).status).toBe(201);
});

test('an inbox, from all whom its owner allows; and its owner apart from them', async () => {
  const harness = await settled({ perInbox: 2 });
  expect((await harness.send(alice, bob, 'one')).status).toBe(201);
  expect((await harness.send(dave, bob, 'two')).status).toBe(201);
  expect(await refusal(await harness.send(alice, bob, 'three'))).toEqual(['429 rate', '30']);
  expect((await harness.ask(bob, 'count', 'GET', '/count')).status).toBe(200);
  expect(await refusal(await harness.ask(bob, 'read', 'GET', '/messages'))).toEqual(['429 rate', '30']);
  expect((await harness.ask(carol, 'read', 'GET', '/messages')).status).toBe(200);
});

test('an inbox, from strangers: they take nothing of what contacts may send, and who is not found takes nothing', async () => {
  const harness = await settled({ perInbox: 2 });
  const nobody = createPerson('nobody'); // without a record
  for (const seed of ['a', 'b', 'c'])
    expect(await problemOf(await harness.send(nobody, bob, seed))).toBe('403 sender-unverified');
  for (const seed of ['d', 'e']) expect((await harness.send(carol, bob, seed)).status).toBe(201);
  expect(await refusal(await harness.send(carol, bob, 'f'))).toEqual(['429 rate', '30']);
  for (const seed of ['g', 'h']) expect((await harness.send(alice, bob, seed)).status).toBe(201);
});

test('a network', async () => {
  const harness = await settled({ perNetwork: 60 });
  for (let n = 0; n < 60; n += 1) expect((await sendFrom(harness, 'a', `${n}`)).status).toBe(201);
  expect(await refusal(await sendFrom(harness, 'a', 'more'))).toEqual(['429 rate', '1']);
  expect((await sendFrom(harness, 'b', 'more')).status).toBe(201);
});

test('sockets of a network', async () => {
  const { server, time } = await settled({ perNetwork: 60 });
  const open = (network: string) => {
    const heard: unknown[] = [];
    const socket = {
      send: (text: string) => heard.push(JSON.parse(text)),
      close: (code: number) => heard.push(code),
    };
    server.events.open(socket, network);
    return heard;
  };
  for (let n = 0; n < 60; n += 1) expect(open('a')).toEqual([]);
  expect(open('a')).toEqual([
    { type: 'refused', problem: expect.objectContaining({ type: 'urn:letterbox:problem:rate' }) },
    1013,
  ]);
  expect(open('b')).toEqual([]);
  time.pass(1);
  expect(open('a')).toEqual([]);
});

test('enrolments of a network', async () => {
  const harness = createHarness({ rates: { ...NO_RATES, enrolments: 1 } });
  expect((await harness.enrol(alice)).status).toBe(204);
  expect(await refusal(await harness.enrol(bob))).toEqual(['429 rate', '60']);
  expect(await harness.store.inbox(bob.address)).toBeUndefined();
});

test('look-ups of a network, where somebody would have to be asked', async () => {
  const harness = await settled({ lookups: 20 });
  for (let n = 0; n < 30; n += 1) {
    expect((await sendFrom(harness, 'a', `${n}`)).status).toBe(201); // asked once, known from then on
  }
  expect(harness.web.asked).toHaveLength(2);

  const { lookup } = createRates({ ...NO_RATES, lookups: 20 }, harness.time.clock);
  for (let n = 0; n < 20; n += 1) lookup('a', createPerson(`sender ${n}`).address);
  expect(() => lookup('a', alice.address)).toThrow('lookup-busy');
  expect(() => lookup('b', alice.address)).not.toThrow();
});

test('look-ups of a sender, who may cause a tenth of what a network may', async () => {
  const harness = await settled({ lookups: 10 });
  expect(await refusal(await sendFrom(harness, 'a', 'one'))).toEqual(['503 lookup-busy', '60']);
  expect(harness.web.asked).toHaveLength(1); // Bob’s record; Alice’s would have been the second
  harness.time.pass(60);
  expect((await sendFrom(harness, 'a', 'one')).status).toBe(201);
});

test('fetches from a host on one network’s behalf, of which others still have theirs', async () => {
  const harness = createHarness({ hostShare: 2 });
  await harness.settle(bob);
  const strangers = ['a', 'b', 'c', 'd'].map((name) => createPerson(name));
  for (const one of strangers) harness.web.publish(one.bucket, one.record());
  const [one, two, three, four] = strangers as [Person, Person, Person, Person];
  expect((await sendFrom(harness, '192.0.2', 'one', one)).status).toBe(201); // Bob’s record, and the sender’s
  expect(await refusal(await sendFrom(harness, '192.0.2', 'two', two))).toEqual(['503 lookup-busy', '60']);
  expect(harness.web.asked).toHaveLength(2);
  expect((await sendFrom(harness, '198.51.100', 'two', two)).status).toBe(201);
  for (const [n, sender] of [three, four].entries())
    expect((await sendFrom(harness, '127.0.0', `${n}`, sender)).status).toBe(201);
  harness.time.pass(59);
  const late = createPerson('e');
  harness.web.publish(late.bucket, late.record());
  expect(await refusal(await sendFrom(harness, '192.0.2', 'late', late))).toEqual(['503 lookup-busy', '1']);
  harness.time.pass(1);
  expect((await sendFrom(harness, '192.0.2', 'late', late)).status).toBe(201);
});

test('what fails earlier answers first, and costs nothing of the rate', async () => {
  const harness = await settled({ perSender: 1 });
  await harness.send(alice, bob, 'one');
  const conflict = await harness.send(alice, bob, 'one', { pointer: pointer('other') });
  expect(await problemOf(conflict)).toBe('409 conflict');
  await harness.ask(bob, 'policy', 'PUT', '/policy', { seq: 2, allowed: [], blocked: [alice.address] });
  expect(await problemOf(await harness.send(alice, bob, 'two'))).toBe('403 recipient-refused');
});

test('the limits are published', async () => {
  const rates = { ...NO_RATES, perSender: 7, lookups: 9 };
  const response = await createHarness({ rates }).server.fetch(request('GET', '/v1/server'));
  const { limits } = (await response.json()) as { limits: object };
  expect(limits).toMatchObject({ perSender: 7, lookups: 9 });
  expect(limits).not.toHaveProperty('perInbox'); // there is none
});
