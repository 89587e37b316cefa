import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Agent } from '../../src/agent/agent.ts';
import type { PageCaller, Ports } from '../../src/agent/ports.ts';
import type { Reading, Store, TableName, Writing } from '../../src/agent/store.ts';
import type { Transport } from '../../src/protocol/transport.ts';
import { refused } from '../contracts/transport.ts';
import { ALL_POWERS, callerOf, connect, createDevice, POWERS, question, type Device } from './device.ts';
import { createMallory } from './mallory.ts';
import { createPerson, startWorld, type Person, type World } from './world.ts';

/**
 * Decide first, then compute: for a page without the power nothing is fetched, opened, sealed or signed, no key is taken
 * and no row read but those that say what it may do.
 */

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** What says whether a page may do something. */
const DECIDING: readonly TableName[] = ['inboxes', 'grants', 'declines', 'vault'];

/** Everything that an agent does at its ports, but for looking at what decides. */
function watched({ ports }: Device): { readonly change: Partial<Ports>; readonly done: string[] } {
  const done: string[] = [];
  const noting = <Port extends object>(name: string, port: Port): Port =>
    new Proxy(port, {
      get(target, member) {
        const value: unknown = Reflect.get(target, member);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          done.push(`${name}.${String(member)}`);
          return Reflect.apply(value, target, args);
        };
      },
    });
  const { fetch, keys, cipher, sessions, prompt } = ports;
  const change: Partial<Ports> = {
    store: watchedStore(ports.store, done),
    keys: noting('keys', keys),
    cipher: noting('cipher', cipher),
    sessions: noting('sessions', sessions),
    prompt: noting('prompt', prompt),
    transports: ports.transports.map((one: Transport) => noting('transport', one)),
    fetch: (url, init) => {
      done.push(`fetch ${url}`);
      return fetch(url, init);
    },
  };
  return { change, done };
}

/** Notes rows that are read or written, not tables that a transaction could have reached. */
function watchedStore(store: Store, done: string[]): Store {
  const note = (verb: string, table: TableName): void => {
    if (!DECIDING.includes(table) || verb !== 'read') done.push(`${verb} ${table}`);
  };
  const reading = <Table extends TableName>(tx: Reading<Table>): Reading<Table> => ({
    get: (table, key) => (note('read', table), tx.get(table, key)),
    list: (table, query) => (note('read', table), tx.list(table, query)),
    count: (table) => (note('read', table), tx.count(table)),
  });
  const writing = <Table extends TableName>(tx: Writing<Table>): Writing<Table> => ({
    ...reading(tx),
    put: (table, row) => (note('write', table), tx.put(table, row)),
    delete: (table, key) => (note('write', table), tx.delete(table, key)),
    clear: (table, keys) => (note('write', table), tx.clear(table, keys)),
  });
  return {
    read: (tables, work) => store.read(tables, (tx) => work(reading(tx))),
    write: (tables, work) => store.write(tables, (tx) => work(writing(tx))),
  };
}

type Call = (agent: Agent, caller: PageCaller, friend: Person) => Promise<unknown>;

const CALLS: readonly (readonly [name: string, Call])[] = [
  ['list', (agent, caller) => agent.page.list(caller, undefined)],
  ['list of a thread', (agent, caller) => agent.page.list(caller, { thread: 'x', unread: true })],
  [
    'markRead',
    (agent, caller, friend) =>
      agent.page.markRead(caller, [{ from: friend.address, id: 'AAAAAAAAAAAAAAAAAAAAAA' }]),
  ],
  [
    'send to a known one',
    (agent, caller, friend) => agent.page.send(caller, { to: friend.address, body: 'x' }),
  ],
  ['send to a new one', (agent, caller) => agent.page.send(caller, { to: 'new.id.blockstack', body: 'x' })],
  [
    'send to a place that depends on the settings',
    (agent, caller, friend) =>
      agent.page.send(caller, {
        to: { address: friend.address, bucket: `http://localhost:1/${friend.address}/` },
        body: 'x',
      }),
  ],
];

/** A device with a message on it, from somebody known. */
async function withMail() {
  const [person, friend] = [await createPerson(world), await createPerson(world)];
  const device = await createDevice(world);
  const agent = device.start();
  await connect(agent, person);
  const forge = createMallory(world, friend, person);
  await forge.publish();
  await agent.owner.accept({ inbox: person.address, from: friend.address });
  await forge.post();
  await agent.owner.syncNow();
  return { person, friend, device, agent };
}

describe('without the power', () => {
  test.each(CALLS)('%s computes nothing: not connected, taken back, or over', async (_, call) => {
    const { person, friend, device, agent } = await withMail();
    const caller = () => callerOf(person);
    const { change, done } = watched(device);
    const watching = device.start(change);
    await refused(
      call(watching, { ...caller(), app: 'https://elsewhere.example' as never }, friend),
      'not-connected',
    );
    await agent.owner.revoke(person.app);
    await refused(call(watching, caller(), friend), 'not-allowed');
    await agent.owner.grant(person.app, { read: 60, send: 60, sendWithoutAsking: 60 });
    world.pass(60_000);
    await refused(call(watching, caller(), friend), 'not-allowed');
    expect(done).toEqual([]);
  });

  test('the watch sees what is done with it', async () => {
    const { person, friend, device, agent } = await withMail();
    await agent.owner.grant(person.app, ALL_POWERS);
    for (const [name, call] of CALLS.filter(([one]) => one !== 'markRead')) {
      const { change, done } = watched(device);
      await call(device.start(change), callerOf(person), friend);
      expect(done, name).not.toEqual([]);
    }
  });

  test('a repeated call is told nothing of what an earlier one sent', async () => {
    const { person, device, agent } = await withMail();
    await agent.owner.grant(person.app, ALL_POWERS);
    const caller = callerOf(person);
    await agent.page.send(caller, { to: 'new.id.blockstack', body: 'x' });
    await agent.owner.revoke(person.app, 'send');
    const { change, done } = watched(device);
    await refused(
      device.start(change).page.send(caller, { to: 'new.id.blockstack', body: 'x' }),
      'not-allowed',
    );
    expect(done).toEqual([]);
  });

  test('not even whether it is locked, nor whether its arguments hold', async () => {
    const { person, device, agent } = await withMail();
    await agent.owner.setPassphrase('four quiet herons wade');
    await agent.owner.revoke(person.app);
    await agent.owner.lock();
    const { change, done } = watched(device);
    const { page } = device.start(change);
    for (const method of ['list', 'markRead', 'send'] as const)
      await refused(page[method](callerOf(person), 'noise'), 'not-allowed');
    expect(done).toEqual([]);
  });

  test('no event is made up for its pages', async () => {
    const { person, device, agent } = await withMail();
    await agent.owner.revoke(person.app);
    const { change, done } = watched(device);
    const watching = device.start(change);
    expect(await watching.page.mayListen(callerOf(person), 'message')).toBe(false);
    expect(await watching.page.mayListen(callerOf(person), 'outbox')).toBe(false);
    expect(done).toEqual([]);
  });
});

describe('connect', () => {
  test('without a session looks nothing up, and asks', async () => {
    const person = await createPerson(world);
    const device = await createDevice(world);
    const { change, done } = watched(device);
    const agent = device.start(change);
    const connecting = agent.page.connect(callerOf(person), {});
    const { id } = await question(device.start().owner);
    await expect.poll(() => done).toContain('prompt.show');
    const touched = new Set(done.filter((one) => !one.startsWith('read approvals')));
    expect([...touched].toSorted()).toEqual(['prompt.show', 'read settings', 'write approvals']);
    await agent.owner.decide(id, { approve: false });
    await refused(connecting, 'rejected');
  });

  test('with one proves whose it is, and neither opens nor keeps anything', async () => {
    const person = await createPerson(world);
    const device = await createDevice(world);
    const { change, done } = watched(device);
    const agent = device.start(change);
    const connecting = agent.page.connect(callerOf(person), { session: person.session });
    const { id } = await question(device.start().owner);
    expect(done.filter((one) => /^(cipher|transport|sessions|keys\.put)/.test(one))).toEqual([]);
    expect(done.filter((one) => /(entries|contacts|outbox|deliveries)$/.test(one))).toEqual([]);
    await agent.owner.decide(id, { approve: true, powers: POWERS });
    expect(await connecting).toMatchObject({ address: person.address });
  });
});
