import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createDevice, callerOf, connect, ALL_POWERS, question, type Device } from './device.ts';
import { exported, given, summed } from './export.ts';
import { mortal } from './mortal.ts';
import { createPerson, freshLabel, OTHER_APP, startWorld, type Person, type World } from './world.ts';
import { SCHEMA, type TableName } from '../../src/agent/store.ts';
import type { Agent } from '../../src/agent/agent.ts';

let world: World;
let alice: Person;
let bob: Person;
let his: Device;
let agent: Agent;
let lines: string[];

/** Bob's first device: a message read, one deleted, one from a stranger; one sent, and one that has not gone out. */
beforeAll(async () => {
  world = await startWorld();
  alice = await createPerson(world, freshLabel('alice'));
  bob = await createPerson(world);
  const [hers, strangers] = [await createDevice(world), await createDevice(world)];
  const [her, stranger] = [hers.start(), strangers.start()];
  const carol = await createPerson(world);
  his = await createDevice(world);
  agent = his.start();
  await connect(agent, bob, ALL_POWERS);
  await connect(her, alice, ALL_POWERS);
  await connect(stranger, carol, ALL_POWERS);
  const to = { address: bob.address, bucket: bob.bucket };
  for (const body of ['The ferry leaves at nine.', 'Never mind.']) {
    await her.page.send(callerOf(alice), { to, body });
  }
  await stranger.page.send(callerOf(carol), { to, body: 'You do not know me.' });
  await Promise.all([her.work(), stranger.work()]);
  await agent.owner.syncNow();
  await agent.owner.accept({ inbox: bob.address, from: alice.address });
  await agent.work();
  await agent.page.send(callerOf(bob), {
    to: { address: alice.address, bucket: alice.bucket },
    body: 'Yes.',
  });
  await agent.work();
  await her.owner.syncNow();
  await agent.owner.syncNow();
  const { entries } = await agent.owner.messages({ limit: 10 });
  const never = entries.find(({ content }) => content.state === 'readable' && content.text === 'Never mind.');
  if (never === undefined) throw new Error('two messages were to come');
  await agent.owner.remove([never]);
  await agent.work();
  await agent.page.send(callerOf(bob), {
    to: { address: alice.address, bucket: alice.bucket },
    body: 'Wait.',
  });
  lines = await exported(agent.owner, true);
});
afterAll(() => world.stop());

async function rowsOf(device: Device, ...tables: TableName[]) {
  return device.store.read(tables, async (tx) => {
    const all: { [table: string]: unknown[] } = {};
    for (const table of tables) all[table] = await tx.list(table);
    return all;
  });
}

async function connectedAgain(owner: Agent['owner']): Promise<void> {
  const asked = await question(owner);
  await owner.decide(asked.id, { approve: true, powers: ALL_POWERS });
}

/** What has to be the same on both, as the person sees it. */
async function seen({ owner }: Agent) {
  const [overview, { entries }, requests, outbox] = [
    await owner.overview(),
    await owner.messages({ limit: 50 }),
    await owner.requests(),
    await owner.outbox(),
  ];
  const apps = overview.apps.map(({ connectedAt: _1, publishedAt: _2, servers, ...app }) => ({
    ...app,
    servers: servers.map(({ entry }) => entry),
  }));
  const sent = outbox.map(({ nextTry: _, reason: _2, ...item }) => item);
  return { apps, entries, requests, sent, unread: overview.unread, blocked: await owner.blocked() };
}

test('an empty device that takes everything in is equal to the first one', async () => {
  const second = await createDevice(world);
  const there = second.start();
  const looked = summed(await given(there.owner, lines, false, 3));
  expect(await rowsOf(second, 'inboxes', 'entries', 'contacts', 'outbox', 'pins', 'grants')).toEqual({
    inboxes: [],
    entries: [],
    contacts: [],
    outbox: [],
    pins: [],
    grants: [],
  });
  const written = summed(await given(there.owner, lines, true, 3));
  expect(written).toEqual(looked);
  expect(looked).toMatchObject({
    added: { contacts: 2, messages: 2, sent: 2, grants: 1 },
    conflicts: [],
    unreadable: 0,
    apps: [{ inbox: bob.address, app: bob.app, bucket: bob.bucket, state: 'new', key: 'asks' }],
  });
  expect((await there.owner.overview()).apps).toEqual([]); // nothing counts before the person has seen it
  expect(await there.owner.approvals()).toMatchObject([
    { kind: 'connect', app: bob.app, session: { state: 'given', address: bob.address, bucket: bob.bucket } },
  ]);
  await connectedAgain(there.owner);
  await there.work();
  const [first, other] = [await seen(agent), await seen(there)];
  expect({ ...other, sent: [] }).toEqual({ ...first, sent: [] });
  // no file makes anyone send
  expect(other.sent.map(({ text, state }) => `${text} ${state}`).toSorted()).toEqual([
    'Wait. failed',
    'Yes. delivered',
  ]);
  expect(first.sent.map(({ text }) => text).toSorted()).toEqual(['Wait.', 'Yes.']);
  const again = summed(await given(there.owner, lines, true));
  expect(again).toMatchObject({ added: {}, here: { contacts: 2, messages: 2, sent: 2, grants: 1 } });
  expect(again.apps).toMatchObject([{ state: 'here', key: 'here' }]);
  expect(second.reported).toEqual([]);
});

test('what comes after the import is received once, and what was deleted does not come back', async () => {
  const second = await createDevice(world);
  const there = second.start();
  await given(there.owner, lines, true);
  await connectedAgain(there.owner);
  await there.owner.syncNow();
  await there.work();
  const { entries } = await there.owner.messages({ limit: 50 });
  expect(entries.map(({ content }) => content.state === 'readable' && content.text)).toEqual([
    'The ferry leaves at nine.',
  ]);
  expect(await there.owner.requests()).toHaveLength(1);
});

test('keys are in an export only where they are asked for', async () => {
  expect(lines.join('')).toContain(bob.key);
  const keyless = await exported(agent.owner);
  expect(keyless.join('')).not.toContain(bob.key);
  const second = await createDevice(world);
  const there = second.start();
  const report = summed(await given(there.owner, keyless, true));
  expect(report.apps).toMatchObject([{ state: 'new', key: 'none' }]);
  expect(await there.owner.approvals()).toEqual([]);
  expect(second.kept()).toEqual([]);
  expect((await there.owner.messages({ limit: 5 })).entries).toHaveLength(1);
});

test('with a vault the imported key is in it once the person has agreed', async () => {
  const second = await createDevice(world);
  const there = second.start();
  await there.owner.setPassphrase('four quiet herons');
  await given(there.owner, lines, true);
  expect((await rowsOf(second, 'sealedKeys'))['sealedKeys']).toEqual([]);
  await connectedAgain(there.owner);
  expect((await rowsOf(second, 'sealedKeys'))['sealedKeys']).toHaveLength(1);
  await there.owner.lock();
  await expect(there.owner.exportLines(true)).rejects.toMatchObject({ code: 'locked' });
  await expect(there.owner.importLines({ write: true, lines, apps: [] })).rejects.toMatchObject({
    code: 'locked',
  });
});

test('a key whose hub is out of reach is not kept, and the person is told', async () => {
  const second = await createDevice(world);
  const there = second.start({ fetch: () => Promise.reject(new TypeError('no network')) });
  const report = summed(await given(there.owner, lines, true));
  expect(report.apps).toMatchObject([{ key: 'asks', problem: { code: 'unreachable' } }]);
  expect(await there.owner.approvals()).toEqual([]);
  expect([second.kept(), second.held()]).toEqual([[], []]);
  const online = second.start();
  const apps = lines.filter((line) => line.startsWith('{"kind":"app",'));
  const again = summed(await given(online.owner, apps, true));
  expect(again).toMatchObject({ added: {}, apps: [{ key: 'asks' }] });
  expect(again.apps[0]).not.toHaveProperty('problem');
  await connectedAgain(online.owner);
  expect(second.kept()).toEqual([bob.address]);
});

test('one key is asked about while the storage of the next has not answered', async () => {
  const first = await createDevice(world);
  const here = first.start();
  const [one, other] = [await createPerson(world), await createPerson(world, undefined, OTHER_APP)];
  const elsewhere = { ...other.session, hubUrl: world.hub.origin.replace('127.0.0.1', 'localhost') };
  await connect(here, { ...other, session: elsewhere });
  await connect(here, one);
  const both = await exported(here.owner, true);
  const order = both.flatMap((line) => /^\{"kind":"app","address":"(\w+)"/.exec(line)?.[1] ?? []);
  const last = `${order.at(-1) === other.address ? elsewhere.hubUrl : world.hub.origin}/hub_info`;
  const second = await createDevice(world);
  const slow = Promise.withResolvers<never>();
  const there = second.start({
    fetch: (url, init) => (url === last ? slow.promise : second.ports.fetch(url, init)),
  });
  const importing = given(there.owner, both, true);
  await vi.waitFor(() => expect(second.prompts()).toBe(1));
  expect(await there.owner.approvals()).toMatchObject([{ session: { address: order[0] } }]);
  slow.reject(new TypeError('no network'));
  expect(summed(await importing).apps.map(({ problem }) => problem?.code)).toEqual([
    undefined,
    'unreachable',
  ]);
});

test('what the person declined can be imported again at once, and is asked about anew', async () => {
  const second = await createDevice(world);
  const there = second.start();
  await given(there.owner, lines, true);
  const { id } = await question(there.owner);
  await there.owner.decide(id, { approve: false });
  expect(await there.owner.approvals()).toEqual([]);
  await given(there.owner, lines, true);
  expect(second.prompts()).toBe(2);
  await connectedAgain(there.owner);
  expect(second.kept()).toEqual([bob.address]);
  expect(second.held()).toEqual([]);
});

test('every page of an export ends, however many rows there are', async () => {
  const second = await createDevice(world);
  const there = second.start();
  const [first = '', ...rest] = lines.filter((line) => line.includes('"kind":"message"'));
  const many = Array.from({ length: 450 }, (_, index) => {
    const id = Buffer.from(`message ${String(index).padStart(8, '0')}`).toString('base64url');
    return JSON.stringify({ ...(JSON.parse(first) as object), id });
  });
  const others = lines.filter((line) => !line.includes('"kind":"message"'));
  await given(there.owner, [...others, first, ...many, ...rest], true);
  const back = await exported(there.owner);
  expect(back.filter((line) => line.includes('"kind":"message"'))).toHaveLength(454);
  expect(new Set(back).size).toBe(back.length);
});

test.each(Array.from({ length: 14 }, (_, index) => index + 1))(
  'an import that dies before its call %i is repeated, and everything is there once',
  async (diesAt) => {
    const second = await createDevice(world);
    const life = mortal(second, diesAt);
    const dying = given(second.start(life.ports).owner, lines, true, 4);
    await Promise.race([dying, life.death]);
    const there = second.start();
    await given(there.owner, lines, true, 4);
    await connectedAgain(there.owner);
    await there.work();
    expect(await there.owner.approvals()).toEqual([]);
    const [first, other] = [await seen(agent), await seen(there)];
    expect({ ...other, sent: [] }).toEqual({ ...first, sent: [] });
    expect(other.sent).toHaveLength(2);
  },
);

test('every table of the store is exported, or is known to follow from others or to be this device’s own', () => {
  const exportedTables = [
    'inboxes',
    'grants',
    'contacts',
    'pins',
    'entries',
    'outbox',
    'settings',
    'sealedKeys',
  ];
  const left = ['links', 'counts', 'deliveries', 'counters', 'approvals', 'declines', 'vault'];
  expect(Object.keys(SCHEMA).toSorted()).toEqual([...exportedTables, ...left].toSorted());
});
