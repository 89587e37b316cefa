import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Agent } from '../../src/agent/agent.ts';
import type { OwnerApi } from '../../src/agent/owner-api.ts';
import { OWNER_METHODS } from '../../src/agent/owner-wire.ts';
import { DEFAULT_SETTINGS } from '../../src/agent/settings.ts';
import type { CountRow } from '../../src/agent/count-row.ts';
import type { LinkRow } from '../../src/agent/rows.ts';
import { SCHEMA, type Store, type TableName } from '../../src/agent/store.ts';
import { unlessLocked } from '../../src/agent/unlocking.ts';
import type { FetchInit } from '../../src/protocol/ports.ts';
import { createLetterboxTransport } from '../../src/transports/letterbox.ts';
import { codeOf, outcomeOf } from '../protocol/support.ts';
import { callerOf, connect, createDevice, ALL_POWERS, POWERS, question, type Device } from './device.ts';
import { exported } from './export.ts';
import { createPerson, nodeFetch, registriesAt, startWorld, type Person, type World } from './world.ts';

const PASSPHRASE = 'four quiet herons';
const MINUTE = 60_000;

let world: World;
let alice: Person;
let bob: Person;
let his: Device;
let agent: Agent;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** Bob has a vault, and a message of Alice’s that is read and one that is not. */
beforeEach(async () => {
  [alice, bob] = [await createPerson(world), await createPerson(world)];
  his = await createDevice(world);
  agent = his.start();
  await connect(agent, bob);
  await write('The ferry leaves at nine.');
  await agent.owner.syncNow();
  await agent.owner.accept({ inbox: bob.address, from: alice.address });
  await agent.work();
  await agent.owner.setPassphrase(PASSPHRASE);
  await agent.work();
});

let hers: Device | undefined;
let her: Person | undefined;

/** As Alice, from a device of hers. */
async function write(text: string): Promise<void> {
  if (her !== alice || hers === undefined) {
    hers = await createDevice(world);
    her = alice;
    await connect(hers.start(), alice, ALL_POWERS);
  }
  const sender = hers.start();
  await sender.page.send(callerOf(alice), { to: { address: bob.address, bucket: bob.bucket }, body: text });
  await sender.work();
}

/** A new worker in the same browser. */
function restartWorker(): void {
  agent = his.start();
}
function restartBrowser(): void {
  his.forgetKeys();
  restartWorker();
}

async function textsIn({ owner }: Agent): Promise<string[]> {
  const { entries } = await owner.messages({ limit: 10 });
  return entries.map(({ content }) => (content.state === 'readable' ? content.text : content.state));
}

const links = (): Promise<LinkRow[]> => his.store.read(['links'], (tx) => tx.list('links'));
const counts = (): Promise<CountRow[]> => his.store.read(['counts'], (tx) => tx.list('counts'));

/** The app's page is somebody else's now. */
async function handOverAnother(): Promise<void> {
  const { session } = await createPerson(world, undefined, bob.app);
  void codeOf(() => agent.page.connect(callerOf(bob), { session }));
  await question(agent.owner);
}

describe('locked', () => {
  test('after a restart of the browser it counts what waits, and shows none of it', async () => {
    await write('I keep you a seat.');
    restartBrowser();
    await agent.work();
    const { vault, badge, apps, unread, requests, approvals } = await agent.owner.overview();
    expect(vault).toEqual({ state: 'locked', after: 0, damaged: 0, autoLock: 15 });
    expect({ badge, apps, unread, requests, approvals }).toEqual({
      badge: 2,
      apps: [],
      unread: 0,
      requests: 0,
      approvals: 0,
    });
    await agent.owner.unlock(PASSPHRASE);
    await agent.work();
    expect(await textsIn(agent)).toHaveLength(2);
    expect((await agent.owner.overview()).badge).toBe(2);
  });

  test('it asks its servers for the count and for nothing else, once in a while', async () => {
    const asked: string[] = [];
    const fetch = (url: string, init?: FetchInit) => {
      asked.push(`${init?.method ?? 'GET'} ${new URL(url).pathname}`);
      return nodeFetch(url, init);
    };
    restartBrowser();
    const transports = [createLetterboxTransport({ fetch, clock: world.clock, openSocket: failing })];
    agent = his.start({ fetch, transports });
    await agent.listen();
    await agent.work();
    await agent.work();
    expect(asked).toEqual([`GET /v1/inboxes/${bob.address}/count`]);
    world.pass(MINUTE);
    await agent.work();
    expect(asked).toHaveLength(2);
    expect(his.reported).toEqual([]);
  });

  test('the count outlives a server that is down, and the last one is shown meanwhile', async () => {
    const other = await world.startServer();
    await agent.owner.setServers(bob.address, [{ type: 'letterbox', url: other.url }]);
    await agent.work();
    await agent.owner.lock();
    await agent.work();
    await other.stop();
    world.pass(MINUTE);
    await agent.work();
    const count = (await counts()).find(({ entry }) => entry.url === other.url);
    expect(count).toMatchObject({ unread: 0, retry: { attempts: 1 } });
    expect((await agent.owner.overview()).badge).toBe(1); // at the server that is no longer preferred
  });

  test.each([
    ['paused', handOverAnother],
    ['disconnected', () => agent.owner.disconnect(bob.address)],
  ])('nothing is counted for an inbox that is %s', async (_, act) => {
    expect(await counts()).toHaveLength(1);
    await act();
    await agent.work();
    expect(await counts()).toEqual([]);
  });

  test('the owner is told so by everything but what unlocks', async () => {
    await agent.owner.lock();
    const refused: string[] = [];
    for (const method of Object.keys(OWNER_METHODS) as (keyof OwnerApi)[]) {
      if (['overview', 'unlock', 'lock', 'eraseAll'].includes(method)) continue;
      const call = agent.owner[method] as (...args: unknown[]) => Promise<unknown>;
      refused.push(await codeOf(() => call({}, {})));
    }
    expect(new Set(refused)).toEqual(new Set(['locked']));
    expect(refused).toHaveLength(Object.keys(OWNER_METHODS).length - 4);
  });

  test('a page may neither read nor hear, and what came while it was open is told after unlocking', async () => {
    await agent.owner.lock();
    const caller = callerOf(bob);
    expect(await codeOf(() => agent.page.list(caller, undefined))).toBe('locked');
    expect(await codeOf(() => agent.page.markRead(caller, []))).toBe('locked');
    expect(await agent.page.mayListen(caller, 'message')).toBe(false);
    expect(his.prompts()).toBe(1); // the one that connected it
    await write('I keep you a seat.');
    await agent.work();
    const told = () => his.told.filter(({ event }) => event === 'message').length;
    const before = told();
    await agent.owner.unlock(PASSPHRASE);
    await agent.work();
    await expect.poll(told).toBe(before + 1);
  });

  test('an app that connects or sends brings up the window, and goes on once it is unlocked', async () => {
    restartBrowser();
    const to = { address: alice.address, bucket: alice.bucket };
    const connecting = agent.page.connect(callerOf(bob), { session: bob.session });
    const sending = agent.page.send(callerOf(bob), { to, body: 'At nine, then.' });
    await expect.poll(his.prompts).toBe(3);
    expect(await his.disk.read(['outbox'], (tx) => tx.list('outbox', { index: 'request' }))).toEqual([]);
    await agent.owner.unlock(PASSPHRASE);
    expect((await connecting).address).toBe(bob.address);
    expect((await sending).state).toBe('queued');
  });

  test('closing the window tells them `locked`; an app that may not send brings up none', async () => {
    const stranger = await createPerson(world, undefined, bob.app);
    restartBrowser();
    const connecting = codeOf(() => agent.page.connect(callerOf(bob), { session: stranger.session }));
    await expect.poll(his.prompts).toBe(2);
    await agent.promptClosed();
    expect(await connecting).toBe('locked');
    expect(his.held()).toEqual([]);
    const elsewhere = { app: 'https://elsewhere.app' as Person['app'] };
    const to = { address: alice.address, bucket: alice.bucket };
    expect(await codeOf(() => agent.page.send(callerOf(elsewhere), { to, body: 'Hi' }))).toBe(
      'not-connected',
    );
    expect(his.prompts()).toBe(2);
  });

  test('an app that is approved while it is open has its key in the vault', async () => {
    const other = await createPerson(world, undefined, 'https://other.app' as Person['app']);
    await connect(agent, other);
    restartBrowser();
    await agent.owner.unlock(PASSPHRASE);
    const { apps } = await agent.owner.overview();
    expect(apps.map(({ app, state }) => [app, state])).toEqual(
      expect.arrayContaining([
        [bob.app, 'ready'],
        [other.app, 'ready'],
      ]),
    );
  });

  test('locking closes the hint sockets, and unlocking opens them again', async () => {
    await agent.listen();
    await agent.work();
    await write('One.');
    await expect.poll(async () => (await textsIn(agent)).length).toBe(2);
    await agent.owner.lock();
    await agent.work();
    await write('Two.');
    expect(await his.disk.read(['entries'], (tx) => tx.list('entries'))).toHaveLength(2);
    await agent.owner.unlock(PASSPHRASE);
    await expect.poll(async () => (await textsIn(agent)).length).toBe(3);
    await write('Three.');
    await expect.poll(async () => (await textsIn(agent)).length).toBe(4);
    agent.unlisten();
  });
});

describe('on the disk', () => {
  /** Every row of every table as text, bytes too. */
  async function everything(): Promise<string> {
    const tables = Object.keys(SCHEMA) as TableName[];
    const rows = await his.disk.read(tables, (tx) => Promise.all(tables.map((table) => tx.list(table))));
    return JSON.stringify(rows, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
  }

  test('there is no text, no sender, nobody written to and no question, whenever it came', async () => {
    const stranger = await createPerson(world);
    const theirs = (await createDevice(world)).start();
    await connect(theirs, stranger, ALL_POWERS);
    const to = { address: bob.address, bucket: bob.bucket };
    await theirs.page.send(callerOf(stranger), { to, body: 'You do not know me.' });
    await theirs.work();
    await write('I keep you a seat.');
    await agent.owner.syncNow();
    const [entry] = (await agent.owner.messages({ limit: 10 })).entries;
    if (entry === undefined) throw new Error('nothing has come');
    await agent.owner.send({ inbox: bob.address, to: alice.address, text: 'At nine, then.', re: entry.id });
    await agent.work();
    const asked = { to: { address: stranger.address, bucket: stranger.bucket }, body: 'Who are you?' };
    void agent.page.send(callerOf(bob), asked);
    await question(agent.owner);

    const secrets = [
      'The ferry leaves',
      'I keep you a seat',
      'At nine, then',
      'You do not know me',
      'Who are you?',
      ...[alice, stranger].flatMap(({ address, bucket }) => [address, bucket]),
    ];
    const kept = await everything();
    expect(secrets.filter((secret) => kept.includes(secret))).toEqual([]);
    expect(kept).toContain(bob.address); // whose inbox it is; docs/threat-model.md says so
    expect(await textsIn(agent)).toHaveLength(2);
    expect(await agent.owner.requests()).toHaveLength(1);
    await agent.owner.removePassphrase(PASSPHRASE);
    expect(await everything()).toContain(alice.address);
    expect(await textsIn(agent)).toHaveLength(2);
    expect(his.reported).toEqual([]);
  });

  /** @returns how often it had read */
  async function runLockedBefore(reading: number): Promise<number> {
    let reads = 0;
    const read: Store['read'] = async (tables, work) => {
      if ((reads += 1) === reading) await agent.owner.lock();
      return his.store.read(tables, work);
    };
    agent = his.start({ store: { ...his.store, read } });
    await agent.listen();
    await agent.work();
    agent.unlisten();
    return reads;
  }

  test('locked before any reading of a run, the run ends quietly', async () => {
    for (let reading = 1; (await runLockedBefore(reading)) >= reading; reading += 1)
      await his.start().owner.unlock(PASSPHRASE); // which derives a key: it takes its time
    expect(his.reported).toEqual([]);
  }, 90_000);

  test('what is under way when it is locked ends there, and is done after unlocking', async () => {
    await write('I keep you a seat.');
    let isLocking = true;
    const fetch = async (url: string, init?: FetchInit) => {
      const answer = await nodeFetch(url, init);
      if (isLocking && url.startsWith(alice.bucket)) await agent.owner.lock();
      return answer;
    };
    agent = his.start({ fetch });
    await agent.owner.syncNow().catch(unlessLocked);
    expect((await agent.owner.overview()).vault.state).toBe('locked');
    const left = await everything();
    expect(left).not.toContain('I keep you a seat.');
    isLocking = false;
    await agent.owner.unlock(PASSPHRASE);
    await agent.work();
    expect((await textsIn(agent)).toSorted()).toEqual(['I keep you a seat.', 'The ferry leaves at nine.']);
    expect((await links()).map(({ problem, lastProblem }) => problem ?? lastProblem)).toEqual([undefined]);
    expect(his.reported).toEqual([]);
  });
});

describe('a question that is open when it is locked', () => {
  const ask = async () => {
    const stranger = await createPerson(world);
    const to = { address: stranger.address, bucket: stranger.bucket };
    const sending = outcomeOf(() => agent.page.send(callerOf(bob), { to, body: 'Who are you?' }));
    await question(agent.owner);
    await agent.owner.lock();
    return sending;
  };

  test('is there after unlocking', async () => {
    const sending = ask();
    await expect.poll(async () => (await agent.owner.overview()).vault.state).toBe('locked');
    await agent.owner.unlock(PASSPHRASE);
    const { id } = await question(agent.owner);
    await agent.owner.decide(id, { approve: true });
    expect(await sending).toBe('accepted');
  });

  test('is declined then, where its window was closed meanwhile, in an earlier run too', async () => {
    const sending = ask();
    await expect.poll(async () => (await agent.owner.overview()).vault.state).toBe('locked');
    await agent.promptClosed();
    await agent.owner.unlock(PASSPHRASE);
    expect(await agent.owner.approvals()).toEqual([]);
    expect(await sending).toBe('rejected');
    const later = ask();
    await expect.poll(async () => (await agent.owner.overview()).vault.state).toBe('locked');
    restartWorker();
    await agent.promptClosed();
    restartWorker();
    await agent.owner.unlock(PASSPHRASE);
    expect(await agent.owner.approvals()).toEqual([]);
    void later; // its page was of a run that is over
  });
});

test('an export in the middle of which the passphrase is taken away begins again, and misses nothing', async () => {
  const { cursor } = await agent.owner.exportLines(false);
  await agent.owner.removePassphrase(PASSPHRASE);
  expect(await codeOf(() => agent.owner.exportLines(false, cursor))).toBe('malformed');
  expect((await exported(agent.owner)).join('\n')).toContain('The ferry leaves at nine.');
});

describe('erasing everything', () => {
  test('without a vault leaves no key, no held session and no draft in memory either', async () => {
    await agent.owner.removePassphrase(PASSPHRASE);
    his.session.set('draft:x', 'Dear Alice');
    his.session.set('held:a1', bob.session);
    expect(his.kept()).toEqual([bob.address]);
    await agent.owner.eraseAll(true);
    expect([...his.session.keys()]).toEqual([]);
  });
});

describe('the tokens that count', () => {
  test('are made once there is a vault, are renewed in time, and are gone with it', async () => {
    const [made] = await counts();
    expect(made?.madeAt).toBe(world.clock.now());
    world.pass(8 * 24 * 60 * MINUTE);
    await agent.work();
    expect((await counts())[0]?.token).toBe(made?.token);
    world.pass(2 * 24 * 60 * MINUTE);
    await agent.work();
    expect((await counts())[0]?.token).not.toBe(made?.token);
    await agent.owner.removePassphrase(PASSPHRASE);
    expect(await counts()).toEqual([]);
    expect((await agent.owner.overview()).vault.state).toBe('none');
  });
});

describe('a forgotten passphrase', () => {
  test('erasing takes everything but the settings, and the app connects as on a new device', async () => {
    await agent.owner.saveSettings({ autoLock: 60 });
    await agent.owner.lock();
    await agent.owner.eraseAll();
    expect(his.told.at(-1)).toEqual({ event: 'disconnect', detail: { reason: 'revoked' } });
    const { vault, apps, badge } = await agent.owner.overview();
    expect({ state: vault.state, apps, badge }).toEqual({ state: 'none', apps: [], badge: 0 });
    expect(await textsIn(agent)).toEqual([]);
    expect(await agent.owner.outbox()).toEqual([]);
    const { autoLock, registries } = await agent.owner.settings();
    expect({ autoLock, registries }).toEqual({
      autoLock: 60,
      registries: registriesAt(world.registry.origin),
    });
    const connecting = agent.page.connect(callerOf(bob), { session: bob.session });
    const { id } = await question(agent.owner);
    await agent.owner.decide(id, { approve: true, powers: POWERS });
    await connecting;
    await agent.work();
    expect(await agent.owner.requests()).toHaveLength(1); // the server still has what was sent
  });
});

test('settings of before there was a vault have the default of what is new', async () => {
  await his.store.write(['settings'], async (tx) => {
    const row = await tx.get('settings', 'settings');
    if (row === undefined) return;
    const { autoLock: _, ...old } = row.settings;
    await tx.put('settings', { ...row, settings: old as typeof row.settings });
  });
  expect((await agent.owner.overview()).vault.autoLock).toBe(DEFAULT_SETTINGS.autoLock);
});

function failing(): never {
  throw new Error('a locked agent opens no socket');
}
