import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Agent } from '../../src/agent/agent.ts';
import type { ErrorCode } from '../../src/protocol/errors.ts';
import { publicKeyOf, addressOf, parseOrigin, parsePrivateKey } from '../../src/protocol/ids.ts';
import { callerOf, connect, createDevice, ALL_POWERS, POWERS, question } from './device.ts';
import { createMallory } from './mallory.ts';
import {
  createPerson,
  freshLabel,
  OTHER_APP,
  random,
  registerName,
  startWorld,
  type Person,
  type World,
} from './world.ts';
import { refused } from '../contracts/transport.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

async function scene(label?: string) {
  const person = await createPerson(world, label);
  const device = await createDevice(world);
  return { person, device, agent: device.start() };
}

describe('connecting', () => {
  test('asks the person, who sees the proven name, the bucket and the server', async () => {
    const { person, agent, device } = await scene(freshLabel('ann'));
    const caller = callerOf(person);
    const connecting = agent.page.connect(caller, { name: 'Some App', session: person.session });
    const asked = await question(agent.owner);
    expect(asked).toMatchObject({
      kind: 'connect',
      app: person.app,
      appName: 'Some App',
      server: world.server.url,
      serverFrom: 'settings',
      messagesHere: 0,
      session: { state: 'given', address: person.address, bucket: person.bucket, name: person.name },
    });
    expect(JSON.stringify(asked)).not.toContain(person.key);
    expect(device.prompts()).toBe(1);
    expect(device.kept()).toEqual([]);
    await agent.owner.decide(asked.id, { approve: true, powers: POWERS });
    const { address, bucket, app, name } = person;
    expect(await connecting).toEqual({ address, bucket, app, name });
    expect(await agent.owner.approvals()).toEqual([]);
  });

  test('hears the answer although the browser never says that the window is shown', async () => {
    const person = await createPerson(world);
    const device = await createDevice(world);
    const agent = device.start({ prompt: { show: () => Promise.withResolvers<void>().promise } });
    const connecting = agent.page.connect(callerOf(person), { session: person.session });
    const { id } = await question(agent.owner);
    await agent.owner.decide(id, { approve: true, powers: POWERS });
    expect(await connecting).toMatchObject({ address: person.address });
  });

  test('hears that no window can be shown', async () => {
    const person = await createPerson(world);
    const device = await createDevice(world);
    const agent = device.start({ prompt: { show: () => Promise.reject(new Error('no windows here')) } });
    await expect(agent.page.connect(callerOf(person), { session: person.session })).rejects.toThrow(
      'no windows here',
    );
  });

  test('a session at another hub is another question: what was shown is what is connected', async () => {
    const { person, agent, device } = await scene();
    const elsewhere = { ...person.session, hubUrl: world.hub.origin.replace('127.0.0.1', 'localhost') };
    const first = agent.page.connect(callerOf(person), { session: person.session });
    const shown = await question(agent.owner);
    const second = agent.page.connect(callerOf(person), { session: elsewhere });
    await vi.waitFor(async () => expect(await agent.owner.approvals()).toHaveLength(2));
    await agent.owner.decide(shown.id, { approve: true, powers: POWERS });
    await first;
    const [connected] = (await agent.owner.overview()).apps;
    expect(connected?.hub).toBe(world.hub.origin);
    const [remaining] = await agent.owner.approvals();
    await agent.owner.decide(remaining?.id ?? '', { approve: false });
    await refused(second, 'rejected');
    expect(device.held()).toHaveLength(0);
  });

  test('a session is held only for a question, and no longer', async () => {
    const { person, agent, device } = await scene();
    const nowhere = { ...person.session, hubUrl: 'http://127.0.0.1:9' };
    for (let n = 0; n < 3; n += 1) {
      await refused(agent.page.connect(callerOf(person), { session: nowhere }), 'unreachable');
    }
    expect(device.held()).toHaveLength(0);
    void agent.page.connect(callerOf(person), { session: person.session });
    await question(agent.owner);
    expect(device.held()).toHaveLength(1);
    world.pass(2 * 86_400_000);
    await agent.work();
    expect(device.held()).toHaveLength(0);
  });

  test('is asked once for identical requests, and all of them hear the answer', async () => {
    const { person, agent } = await scene();
    const both = [1, 2].map(() => agent.page.connect(callerOf(person), { session: person.session }));
    const { id } = await question(agent.owner);
    expect(await agent.owner.approvals()).toHaveLength(1);
    await agent.owner.decide(id, { approve: true, powers: POWERS });
    expect(await Promise.all(both)).toMatchObject([{ address: person.address }, { address: person.address }]);
  });

  test('once approved asks no more, until the grant ends', async () => {
    const { person, agent, device } = await scene();
    await connect(agent, person, { read: 3600, send: 'revoked' });
    await agent.page.connect(callerOf(person), {});
    expect(device.prompts()).toBe(1);
    world.pass(3_600_000);
    await refused(agent.page.list(callerOf(person), undefined), 'not-allowed');
    const again = agent.page.connect(callerOf(person), { session: person.session });
    await agent.owner.decide((await question(agent.owner)).id, { approve: false });
    await refused(again, 'rejected');
  });

  test('closing the window declines all that it asked for', async () => {
    const { person, agent } = await scene();
    const connecting = agent.page.connect(callerOf(person), { session: person.session });
    await question(agent.owner);
    await agent.promptClosed();
    await refused(connecting, 'rejected');
    expect(await agent.owner.overview()).toMatchObject({ apps: [], approvals: 0 });
  });

  test('are shown in the order in which they were asked, within one second too', async () => {
    const { agent } = await scene();
    const apps = [1, 2, 3, 4, 5, 6].map((n) => parseOrigin(`https://app-${n}.example`));
    const asked: Promise<unknown>[] = [];
    for (const [n, app] of apps.entries()) {
      asked.push(agent.page.connect(callerOf({ app }), {}));
      await vi.waitFor(async () => expect(await agent.owner.approvals()).toHaveLength(n + 1));
    }
    expect((await agent.owner.approvals()).map(({ app }) => app)).toEqual(apps);
    await agent.promptClosed();
    await Promise.all(asked.map((one) => refused(one, 'rejected')));
  });

  test('a fourth open question of one app is refused, another app is not', async () => {
    const { person, agent } = await scene();
    const people = await Promise.all([1, 2, 3].map(() => createPerson(world)));
    const waiting = people.map((one) => agent.page.connect(callerOf(person), { session: one.session }));
    while ((await agent.owner.approvals()).length < 3) await question(agent.owner);
    await refused(agent.page.connect(callerOf(person), { session: person.session }), 'busy');
    const elsewhere = agent.page.connect(callerOf({ app: OTHER_APP }), {});
    while ((await agent.owner.approvals()).length < 4) await question(agent.owner);
    await agent.promptClosed();
    await Promise.all([...waiting, elsewhere].map((asking) => refused(asking, 'rejected')));
  });

  test('a page that comes back after the worker died hears what was decided meanwhile', async () => {
    const { person, agent, device } = await scene();
    const caller = callerOf(person);
    void agent.page.connect(caller, { session: person.session });
    const { id } = await question(agent.owner);
    const next = device.start();
    await next.owner.decide(id, { approve: false });
    await refused(next.page.connect(caller, { session: person.session }), 'rejected');
    expect(device.prompts()).toBe(1);
    const anew = next.page.connect(caller, { session: person.session });
    await next.owner.decide((await question(next.owner)).id, { approve: true, powers: POWERS });
    expect(await anew).toMatchObject({ address: person.address });
  });
});

/** The page hands nothing over, and the person lets Letterbox read what is there. */
async function connectBySession(agent: Agent, person: Person): Promise<void> {
  const connecting = agent.page.connect(callerOf(person), {});
  const { id } = await question(agent.owner);
  await agent.owner.readSession(id);
  await agent.owner.decide(id, { approve: true, powers: POWERS });
  await connecting;
}

describe('a session that nobody handed over', () => {
  test('is read from the page only after the person agreed', async () => {
    const { person, device } = await scene();
    const reads: unknown[] = [];
    const sessions = {
      async read(caller: unknown) {
        reads.push(caller);
        return person.session;
      },
    };
    const agent = device.start({ sessions });
    const connecting = agent.page.connect(callerOf(person), {});
    const asked = await question(agent.owner);
    expect(asked).toMatchObject({ kind: 'connect', session: { state: 'consent' } });
    expect(reads).toEqual([]);
    await refused(agent.owner.decide(asked.id, { approve: true, powers: POWERS }), 'malformed'); // nothing was shown
    await agent.owner.readSession(asked.id);
    expect(await question(agent.owner)).toMatchObject({
      id: asked.id,
      session: { state: 'given', by: 'session', address: person.address, bucket: person.bucket },
    });
    expect(device.kept()).toEqual([]);
    await agent.owner.decide(asked.id, { approve: true, powers: POWERS });
    expect(await connecting).toMatchObject({ address: person.address });
    expect(reads).toMatchObject([{ app: person.app, place: 'tab 1' }]);
    await agent.owner.revoke(person.app);
    await agent.page.connect(callerOf(person), undefined);
    expect(reads).toHaveLength(1); // what may do nothing is not read either
    await agent.owner.grant(person.app, POWERS);
    await agent.page.connect(callerOf(person), undefined);
    expect(reads).toHaveLength(2);
  });

  test('that is not there leaves the question with its reason', async () => {
    const { person, agent } = await scene();
    const connecting = agent.page.connect(callerOf(person), {});
    const { id } = await question(agent.owner);
    await refused(agent.owner.readSession(id), 'session-missing');
    expect(await question(agent.owner)).toMatchObject({
      session: { state: 'refused', problem: { code: 'session-missing' } },
    });
    await agent.owner.decide(id, { approve: true, powers: POWERS }); // there is nothing to approve
    await refused(connecting, 'session-missing');
  });

  test('that was read is read again where the browser forgot it before the person answered', async () => {
    const { person, device, agent } = await scene();
    device.pageSession = person.session;
    void agent.page.connect(callerOf(person), {});
    const { id } = await question(agent.owner);
    await agent.owner.readSession(id);
    device.forgetKeys(); // as a browser that was closed, and opened again with its windows
    const next = device.start();
    const connecting = next.page.connect(callerOf(person), {});
    await vi.waitFor(async () =>
      expect(await next.owner.approvals()).toMatchObject([{ id, session: { state: 'consent' } }]),
    );
    await next.owner.readSession(id);
    await next.owner.decide(id, { approve: true, powers: POWERS });
    expect(await connecting).toMatchObject({ address: person.address });
  });

  test('whose hub is down can be read once more', async () => {
    const { person, device } = await scene();
    device.pageSession = person.session;
    let isDown = true;
    const agent = device.start({
      fetch: (url, init) => (isDown ? Promise.reject(new TypeError('down')) : device.ports.fetch(url, init)),
    });
    const connecting = agent.page.connect(callerOf(person), {});
    const { id } = await question(agent.owner);
    await refused(agent.owner.readSession(id), 'unreachable');
    expect(await question(agent.owner)).toMatchObject({ id, session: { state: 'consent' } });
    isDown = false;
    await agent.owner.readSession(id);
    await agent.owner.decide(id, { approve: true, powers: POWERS });
    expect(await connecting).toMatchObject({ address: person.address });
  });

  test('is read again after a restart of the browser, without asking', async () => {
    const { person, device } = await scene();
    device.pageSession = person.session;
    const agent = device.start();
    await connectBySession(agent, person);
    device.forgetKeys();
    const next = device.start();
    expect((await next.owner.overview()).apps).toMatchObject([{ state: 'waiting' }]);
    await next.page.connect(callerOf(person), {});
    expect((await next.owner.overview()).apps).toMatchObject([{ state: 'ready' }]);
    expect(device.prompts()).toBe(1);
  });
});

describe('a session that does not hold', () => {
  const cases: [string, (session: object) => object, ErrorCode][] = [
    [
      'the root of several apps',
      (session) => ({ ...session, gaiaAppKey: '11'.repeat(32) }),
      'session-refused',
    ],
    [
      'an identity key',
      (session) => ({ ...session, identityAddress: addressIn(session) }),
      'session-refused',
    ],
    ['no key', () => ({ username: 'x' }), 'session-missing'],
    ['a key that is none', (session) => ({ ...session, appPrivateKey: 'xyz' }), 'session-refused'],
    ['a hub inside', (session) => ({ ...session, hubUrl: 'https://10.0.0.1' }), 'session-refused'],
    ['a hub in clear', (session) => ({ ...session, hubUrl: 'http://hub.example' }), 'session-refused'],
    ['another bucket', (session) => ({ ...session, gaiaHubConfig: { address: other() } }), 'key-mismatch'],
    [
      'another bucket in its profile',
      (session) => ({
        ...session,
        profile: { apps: { 'https://someawesome.app': `https://hub.example/${other()}/` } },
      }),
      'key-mismatch',
    ],
  ];

  test.each(cases)('%s', async (_, change, code) => {
    const { person, agent, device } = await scene();
    const connecting = agent.page.connect(callerOf(person), { session: change(person.session) });
    if (code === 'session-missing') return refused(connecting, code);
    const asked = await question(agent.owner);
    expect(asked).toMatchObject({ session: { state: 'refused', problem: { code } } });
    await agent.owner.decide(asked.id, { approve: true, powers: POWERS });
    await refused(connecting, code);
    expect(device.kept()).toEqual([]);
    return undefined;
  });

  test('somebody else’s name', async () => {
    const { person, agent } = await scene(freshLabel('ann'));
    const thief = await createPerson(world);
    const session = { ...thief.session, username: person.name };
    const connecting = agent.page.connect(callerOf(thief), { session });
    expect(await question(agent.owner)).toMatchObject({
      session: { state: 'refused', problem: { code: 'key-mismatch', context: { what: person.name } } },
    });
    await agent.promptClosed();
    await refused(connecting, 'key-mismatch');
  });

  test('an address that belongs to another app here', async () => {
    const { person, agent } = await scene();
    await connect(agent, person);
    const connecting = agent.page.connect(callerOf({ app: OTHER_APP }), { session: person.session });
    expect(await question(agent.owner)).toMatchObject({
      session: { state: 'refused', problem: { code: 'address-taken' } },
    });
    await agent.promptClosed();
    await refused(connecting, 'address-taken');
  });

  test('a hub that is down can be tried again', async () => {
    const { person, device } = await scene();
    let isDown = true;
    const agent = device.start({
      fetch: (url, init) => (isDown ? Promise.reject(new TypeError('down')) : device.ports.fetch(url, init)),
    });
    await refused(agent.page.connect(callerOf(person), { session: person.session }), 'unreachable');
    isDown = false;
    const connecting = agent.page.connect(callerOf(person), { session: person.session });
    const { id } = await question(agent.owner);
    isDown = true;
    await refused(agent.owner.decide(id, { approve: true, powers: POWERS }), 'unreachable');
    isDown = false;
    await agent.owner.decide(id, { approve: true, powers: POWERS });
    expect(await connecting).toMatchObject({ address: person.address });
  });
});

describe('a session that changed', () => {
  test('pauses the inbox, shows the new address, and asks', async () => {
    const { person, agent } = await scene();
    await connect(agent, person);
    const next = await createPerson(world);
    const connecting = agent.page.connect(callerOf(person), { session: next.session });
    const { id } = await question(agent.owner);
    expect((await agent.owner.overview()).apps).toMatchObject([{ state: 'paused', changedTo: next.address }]);
    await refused(agent.page.list(callerOf(person), undefined), 'not-connected');
    await agent.owner.decide(id, { approve: true, powers: POWERS });
    expect(await connecting).toMatchObject({ address: next.address });
    await agent.work();
    expect(await agent.page.list(callerOf(person), undefined)).toMatchObject({ messages: [] });
  });
});

describe('a session that was read with consent', () => {
  async function consented() {
    const set = await scene();
    set.device.pageSession = set.person.session;
    await connectBySession(set.agent, set.person);
    return set;
  }

  test('and is gone, since the person signed out, pauses the inbox', async () => {
    const { person, agent, device } = await consented();
    device.pageSession = undefined;
    await refused(agent.page.connect(callerOf(person), {}), 'session-missing');
    expect((await agent.owner.overview()).apps).toMatchObject([{ state: 'paused' }]);
    expect(device.told).toContainEqual({ event: 'disconnect', detail: { reason: 'session' } });
    await refused(agent.page.list(callerOf(person), undefined), 'not-connected');
  });

  test('and is somebody else’s shows them nothing, and goes on when the first one is back', async () => {
    const { person, agent, device } = await consented();
    const next = await createPerson(world);
    device.pageSession = next.session;
    const connecting = agent.page.connect(callerOf(person), {});
    const { id } = await question(agent.owner);
    expect((await agent.owner.overview()).apps).toMatchObject([{ state: 'paused', changedTo: next.address }]);
    await agent.owner.decide(id, { approve: false });
    await refused(connecting, 'rejected');
    device.pageSession = person.session;
    expect(await agent.page.connect(callerOf(person), {})).toMatchObject({ address: person.address });
    expect((await agent.owner.overview()).apps).toMatchObject([{ state: 'ready' }]);
    expect(device.prompts()).toBe(2);
  });

  test('and is at another hub is not taken up unasked; what was approved goes on', async () => {
    const { person, agent } = await consented();
    const session = { ...person.session, hubUrl: `${world.hub.origin}/elsewhere` };
    await refused(agent.page.connect(callerOf(person), { session }), 'not-found');
    expect((await agent.owner.overview()).apps).toMatchObject([{ state: 'ready', hub: world.hub.origin }]);
  });
});

test('an address that is no server’s is said while the question is still open', async () => {
  const { person, agent } = await scene();
  const connecting = agent.page.connect(callerOf(person), { session: person.session });
  const { id } = await question(agent.owner);
  const decision = { approve: true, powers: POWERS, server: 'https://relay.example/inbox' } as const;
  await refused(agent.owner.decide(id, decision), 'malformed');
  expect(await agent.owner.approvals()).toHaveLength(1);
  await agent.owner.decide(id, { ...decision, server: `${world.server.url}/` });
  expect(await connecting).toMatchObject({ address: person.address });
});

describe('what a page may do', () => {
  test('nothing before it is connected', async () => {
    const { person, agent } = await scene();
    const caller = callerOf(person);
    await refused(agent.page.list(caller, undefined), 'not-connected');
    await refused(agent.page.send(caller, { to: 'bob.id.blockstack', body: 'x' }), 'not-connected');
    await refused(agent.page.markRead(caller, []), 'not-connected');
    expect(await agent.page.mayListen(caller, 'message')).toBe(false);
  });

  test('only what it was granted', async () => {
    const { person, agent } = await scene();
    await connect(agent, person, {});
    const caller = callerOf(person);
    await refused(agent.page.list(caller, undefined), 'not-allowed');
    await refused(agent.page.send(caller, { to: 'bob.id.blockstack', body: 'x' }), 'not-allowed');
    await refused(agent.page.markRead(caller, []), 'not-allowed');
    expect(await agent.page.mayListen(caller, 'message')).toBe(false);
  });

  test('loses it when it is taken back, and hears so', async () => {
    const { person, agent, device } = await scene();
    await connect(agent, person);
    await agent.owner.revoke(person.app, 'read');
    expect(device.told).toContainEqual({ event: 'disconnect', detail: { reason: 'revoked' } });
    await refused(agent.page.list(callerOf(person), undefined), 'not-allowed');
  });

  test('reads and hears its own app’s messages only', async () => {
    const { person, agent, device } = await scene();
    await connect(agent, person);
    const elsewhere = await createPerson(world, undefined, OTHER_APP);
    await connect(agent, elsewhere);
    const mallory = await createPerson(world, undefined, OTHER_APP);
    const forge = createMallory(world, mallory, elsewhere);
    await forge.publish();
    await agent.owner.accept({ inbox: elsewhere.address, from: mallory.address });
    const { id } = await forge.post();
    await agent.owner.syncNow();
    expect((await agent.page.list(callerOf(elsewhere), undefined)).messages).toHaveLength(1);
    expect((await agent.page.list(callerOf(person), undefined)).messages).toEqual([]);
    await refused(agent.page.markRead(callerOf(person), [{ from: mallory.address, id }]), 'malformed');
    expect((await agent.owner.overview()).unread).toBe(1);
    expect(device.told.filter(({ event }) => event === 'message')).toHaveLength(1);
  });

  const inputs: [string, 'connect' | 'send' | 'list' | 'markRead', unknown, ErrorCode][] = [
    ['connect with a list', 'connect', [], 'malformed'],
    ['connect with a long name', 'connect', { name: 'x'.repeat(81) }, 'malformed'],
    ['connect with a script for an icon', 'connect', { icon: 'javascript:alert(1)' }, 'malformed'],
    ['send nothing', 'send', undefined, 'malformed'],
    ['send to nobody', 'send', { body: 'x' }, 'malformed'],
    [
      'send to another’s bucket',
      'send',
      { to: { address: other(), bucket: `https://h.example/${other()}/` }, body: 'x' },
      'malformed',
    ],
    ['send no body', 'send', { to: 'bob.id.blockstack' }, 'malformed'],
    [
      'send a receipt',
      'send',
      { to: 'bob.id.blockstack', type: 'application/vnd.letterbox.receipt+json', body: {}, fallback: '' },
      'malformed',
    ],
    ['send attachments', 'send', { to: 'bob.id.blockstack', body: 'x', attachments: [] }, 'malformed'],
    ['send too much', 'send', { to: 'bob.id.blockstack', body: 'x'.repeat(300_000) }, 'too-large'],
    ['list 0', 'list', { limit: 0 }, 'malformed'],
    ['list after noise', 'list', { cursor: 'noise' }, 'malformed'],
    ['list unread maybe', 'list', { unread: 'yes' }, 'malformed'],
    ['mark everything', 'markRead', 'all', 'malformed'],
    ['mark what it never had', 'markRead', [{ from: other(), id: 'AAAAAAAAAAAAAAAAAAAAAA' }], 'malformed'],
  ];

  test.each(inputs)('bad input: %s', async (_, method, input, code) => {
    const { person, agent, device } = await scene();
    await connect(agent, person, ALL_POWERS);
    await refused(agent.page[method](callerOf(person), input), code);
    expect(await agent.owner.outbox()).toEqual([]);
    expect(device.prompts()).toBe(1);
  });
});

describe('sending', () => {
  test('to someone new is asked for each time, then they are known', async () => {
    const { person, agent } = await scene();
    const bob = await createPerson(world, freshLabel('bob'));
    await connect(agent, person);
    await createMallory(world, bob, person).publish();
    const sending = agent.page.send(callerOf(person), { to: bob.name, body: 'Hello.', subject: 'Hi' });
    const asked = await question(agent.owner);
    expect(asked).toMatchObject({
      kind: 'send',
      inbox: person.address,
      to: bob.name,
      text: 'Hello.',
      subject: 'Hi',
    });
    expect(await agent.owner.outbox()).toEqual([]);
    await agent.owner.decide(asked.id, { approve: true });
    const { id } = await sending;
    await agent.work();
    expect(await agent.owner.outbox()).toMatchObject([{ id, to: bob.name, address: bob.address }]);
    await agent.page.send(callerOf(person), { to: bob.name, body: 'Again.' });
    await agent.page.send(callerOf(person), { to: bob.address, body: 'And again.' });
    expect(await agent.owner.outbox()).toHaveLength(3);
  });

  test('that the person declines leaves nothing', async () => {
    const { person, agent } = await scene();
    await connect(agent, person);
    const sending = agent.page.send(callerOf(person), { to: 'bob.id.blockstack', body: 'Hello.' });
    await agent.owner.decide((await question(agent.owner)).id, { approve: false });
    await refused(sending, 'rejected');
    expect(await agent.owner.outbox()).toEqual([]);
  });

  test('without asking goes to anyone; a repeated call sends once', async () => {
    const { person, agent, device } = await scene();
    await connect(agent, person, ALL_POWERS);
    const caller = callerOf(person);
    const message = { to: 'nobody.id.blockstack', body: { a: 1 }, type: 'application/json', fallback: 'a' };
    const first = await agent.page.send(caller, message);
    await agent.work();
    expect(await device.start().page.send(caller, message)).toEqual({
      id: first.id,
      state: 'failed',
      reason: 'name-not-found',
    });
    expect(await agent.owner.outbox()).toHaveLength(1);
    expect(device.told).toContainEqual({
      event: 'outbox',
      detail: { id: first.id, state: 'failed', reason: 'name-not-found' },
    });
  });

  test('does not lift a block behind the person’s back', async () => {
    const { person, agent } = await scene();
    const bob = await createPerson(world);
    await connect(agent, person, ALL_POWERS);
    await createMallory(world, bob, person).publish();
    const key = { inbox: person.address, from: bob.address };
    await agent.owner.block(key);
    await agent.page.send(callerOf(person), { to: { address: bob.address, bucket: bob.bucket }, body: 'x' });
    await agent.work();
    expect(await agent.owner.blocked()).toEqual([key]);
    await agent.owner.send({
      inbox: person.address,
      to: { address: bob.address, bucket: bob.bucket },
      text: 'x',
    });
    await agent.work();
    expect(await agent.owner.blocked()).toEqual([]);
  });
});

describe('the own name', () => {
  test('that reaches the registry later is published then', async () => {
    const { agent, device } = await scene();
    const label = freshLabel('late');
    const person = await createPerson(world);
    const name = `${label}.id.blockstack`;
    await connect(agent, { ...person, session: { ...person.session, username: name } });
    expect((await agent.owner.overview()).apps[0]?.name).toBeUndefined();
    await registerName(world, name as never, { [person.app]: person.bucket });
    world.pass(3_600_000);
    await agent.work();
    expect((await agent.owner.overview()).apps[0]?.name?.name).toBe(name);
    expect(device.reported).toEqual([]);
  });
});

function addressIn(session: object): string {
  return addressOf(publicKeyOf(parsePrivateKey((session as { appPrivateKey: string }).appPrivateKey)));
}

function other(): string {
  return addressOf(publicKeyOf(parsePrivateKey(Buffer.from(random.bytes(32)).toString('hex'))));
}
