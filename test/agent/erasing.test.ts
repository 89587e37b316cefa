import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Agent } from '../../src/agent/agent.ts';
import { SCHEMA, type TableName } from '../../src/agent/store.ts';
import { callerFor } from '../transports/peer.ts';
import { outcomeOf } from '../protocol/support.ts';
import { callerOf, connect, createDevice, ALL_POWERS, type Device } from './device.ts';
import { mortal } from './mortal.ts';
import { createPerson, OTHER_APP, startWorld, type Person, type World } from './world.ts';

let world: World;
let alice: Person;
let bob: Person;
let elsewhere: Person;
let his: Device;
let agent: Agent;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** Bob is in two apps; in the first there are a message, a request, and one that he sent. */
beforeEach(async () => {
  alice = await createPerson(world);
  bob = await createPerson(world);
  elsewhere = await createPerson(world, undefined, OTHER_APP);
  const carol = await createPerson(world);
  const [her, stranger] = [(await createDevice(world)).start(), (await createDevice(world)).start()];
  his = await createDevice(world);
  agent = his.start();
  await connect(agent, bob, ALL_POWERS);
  await connect(agent, elsewhere);
  await connect(her, alice, ALL_POWERS);
  await connect(stranger, carol, ALL_POWERS);
  const to = { address: bob.address, bucket: bob.bucket };
  await her.page.send(callerOf(alice), { to, body: 'The ferry leaves at nine.' });
  await stranger.page.send(callerOf(carol), { to, body: 'You do not know me.' });
  await Promise.all([her.work(), stranger.work()]);
  await agent.owner.syncNow();
  await agent.owner.accept({ inbox: bob.address, from: alice.address });
  await agent.page.send(callerOf(bob), {
    to: { address: alice.address, bucket: alice.bucket },
    body: 'Yes.',
  });
  await agent.work();
});

/** The rows in which an address stands, by table. */
async function rowsWith(address: string): Promise<{ [table: string]: number }> {
  const tables = Object.keys(SCHEMA) as TableName[];
  const found: { [table: string]: number } = {};
  for (const table of tables) {
    const rows = await his.store.read([table], (tx) => tx.list(table));
    const named = rows.filter((row) => JSON.stringify(row).includes(address)).length;
    if (named > 0) found[table] = named;
  }
  return found;
}

const server = () => ({ type: 'letterbox', url: world.server.url }) as const;
const serverKnows = (person: Person) =>
  outcomeOf(() => his.ports.transports[0]?.list(server(), callerFor(person), undefined) ?? Promise.resolve());

test('an app’s data goes, key and counters with it, after its server was left; the other app’s stays', async () => {
  expect((await agent.owner.overview()).badge).toBe(2);
  await agent.owner.eraseApp(bob.address, 'leave');
  await agent.work();
  expect(await rowsWith(bob.address)).toEqual({});
  expect(his.kept()).toEqual([elsewhere.address]);
  expect(await serverKnows(bob)).toBe('not-enrolled');
  expect((await agent.owner.overview()).badge).toBe(0);
  expect(await agent.owner.keptApps()).toMatchObject([
    { inbox: elsewhere.address, state: 'connected', erasing: false, hasKey: true },
  ]);
  const left = await his.store.read(['counters', 'grants'], async (tx) => ({
    counters: (await tx.list('counters')).filter(({ value }) => value !== 0),
    grants: (await tx.list('grants')).map(({ app }) => app),
  }));
  expect(left).toEqual({ counters: [], grants: [OTHER_APP] });
  expect(his.told.at(-1)).toMatchObject({ event: 'disconnect', detail: { reason: 'revoked' } });
  await expect(agent.owner.eraseApp(bob.address, 'leave')).rejects.toMatchObject({ code: 'malformed' });
});

test('while its server does not answer everything stays, which is said, until the person says now', async () => {
  const broken = his.start({
    transports: his.ports.transports.map((transport) => ({
      ...transport,
      leave: (entry, caller) => transport.leave({ ...entry, url: 'http://127.0.0.1:9' as never }, caller),
    })),
  });
  await broken.owner.eraseApp(bob.address, 'leave');
  await broken.work();
  const app = (await broken.owner.keptApps()).find(({ inbox }) => inbox === bob.address);
  expect(app).toMatchObject({
    state: 'leaving',
    erasing: true,
    untold: [{ url: world.server.url, problem: { code: 'unreachable' } }],
  });
  expect((await rowsWith(bob.address))['entries']).toBe(2);
  await broken.owner.eraseApp(bob.address, 'now');
  await broken.work();
  expect(await rowsWith(bob.address)).toEqual({});
  expect(await serverKnows(bob)).toBe('accepted');
});

test('without its key nobody can be told: it stays until the person says now', async () => {
  his.forgetKeys();
  await agent.owner.eraseApp(bob.address, 'leave');
  await agent.work();
  expect(await agent.owner.keptApps()).toContainEqual(
    expect.objectContaining({ inbox: bob.address, erasing: true, hasKey: false }),
  );
  expect((await rowsWith(bob.address))['entries']).toBe(2);
  await agent.owner.eraseApp(bob.address, 'now');
  await agent.work();
  expect(await rowsWith(bob.address)).toEqual({});
});

test('of an app that was disconnected before, what was left goes at once', async () => {
  await agent.owner.disconnect(bob.address);
  await agent.work();
  expect(await agent.owner.keptApps()).toContainEqual(
    expect.objectContaining({ inbox: bob.address, state: 'disconnected' }),
  );
  expect((await rowsWith(bob.address))['entries']).toBeGreaterThan(0);
  await agent.owner.eraseApp(bob.address, 'leave');
  await agent.work();
  expect(await rowsWith(bob.address)).toEqual({});
});

test('one that is connected again while it is being deleted keeps what is not gone yet', async () => {
  his.forgetKeys();
  await agent.owner.eraseApp(bob.address, 'leave');
  await agent.work();
  await connect(agent, bob);
  expect((await agent.owner.messages({ limit: 5 })).entries).toHaveLength(1);
  expect(await agent.owner.keptApps()).toContainEqual(
    expect.objectContaining({ inbox: bob.address, state: 'connected', erasing: false }),
  );
});

test('more rows than go in one transaction all go', async () => {
  await his.store.write(['entries'], async (tx) => {
    const [entry] = await tx.list('entries', { prefix: [bob.address], limit: 1 });
    if (entry === undefined) throw new Error('there was to be one');
    for (let index = 0; index < 450; index += 1) {
      const id = Buffer.from(`message ${String(index).padStart(8, '0')}`).toString('base64url');
      await tx.put('entries', { ...entry, id: id as never });
    }
  });
  await agent.owner.eraseApp(bob.address, 'leave');
  await agent.work();
  expect(await rowsWith(bob.address)).toEqual({});
});

test('the worker dies at any step of it: it goes on with the next work, and the server is left', async () => {
  const begun = mortal(his, 3); // dead as soon as it is on disk that it is wanted
  await his.start(begun.ports).owner.eraseApp(bob.address, 'leave');
  let deaths = 0;
  for (let diesAt = 1; diesAt < 200; diesAt += 1) {
    if (Object.keys(await rowsWith(bob.address)).length === 0) break;
    const life = mortal(his, diesAt);
    const end = await Promise.race([
      his
        .start(life.ports)
        .work()
        .then(() => 'done'),
      life.death,
    ]);
    deaths += Number(end === 'dead');
    world.pass(60_000);
  }
  expect(deaths).toBeGreaterThan(5);
  expect(await rowsWith(bob.address)).toEqual({});
  expect(await serverKnows(bob)).toBe('not-enrolled');
});

test('erasing all leaves the settings, and takes them too where that is asked', async () => {
  await agent.owner.eraseAll();
  const tables = Object.keys(SCHEMA) as TableName[];
  const left = async () => {
    const counts: string[] = [];
    for (const table of tables)
      if ((await his.store.read([table], (tx) => tx.list(table))).length > 0) counts.push(table);
    return counts;
  };
  expect(await left()).toEqual(['settings']);
  await agent.owner.eraseAll(true);
  expect(await left()).toEqual([]);
});
