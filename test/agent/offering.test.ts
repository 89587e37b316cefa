import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { refused } from '../contracts/transport.ts';
import { connectBySession, scene } from './app-scene.ts';
import { callerOf, connect, POWERS, question } from './device.ts';
import { createPerson, freshLabel, OTHER_APP, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

describe('a session from a Secret Key', () => {
  test('is asked about like one that a page handed over, in Letterbox’s own window', async () => {
    const { person, device, agent } = await scene(world, freshLabel('bob'));
    await agent.owner.offerSession({ app: person.app, session: person.session });
    const asked = await question(agent.owner);
    expect(asked).toMatchObject({
      kind: 'connect',
      app: person.app,
      server: world.server.url,
      session: { state: 'given', by: 'secret-key', address: person.address, name: person.name },
    });
    expect(asked).not.toHaveProperty('place');
    expect(JSON.stringify(asked)).not.toContain(person.key);
    expect([device.prompts(), device.kept()]).toEqual([1, []]);
    await agent.owner.decide(asked.id, { approve: true, powers: POWERS });
    await agent.work();
    expect(device.kept()).toEqual([person.address]);
    const { apps } = await agent.owner.overview();
    expect(apps).toMatchObject([
      { inbox: person.address, state: 'ready', publishedAt: expect.any(Number) as unknown },
    ]);
  });

  test('declined leaves nothing', async () => {
    const { person, device, agent } = await scene(world, freshLabel('bob'));
    await agent.owner.offerSession({ app: person.app, session: person.session });
    await agent.owner.decide((await question(agent.owner)).id, { approve: false });
    expect([device.kept(), device.held(), (await agent.owner.overview()).apps]).toEqual([[], [], []]);
  });

  test.each([
    [
      'a key that hashes elsewhere',
      { gaiaHubConfig: { address: '1J3PUxY5uDShUnHRrMyU6yKtoHEUPhKULs' } },
      'key-mismatch',
    ],
    ['a hub on a private address', { hubUrl: 'https://192.168.0.1' }, 'session-refused'],
    ['the root of several apps', { gaiaAppKey: '11'.repeat(32) }, 'session-refused'],
    ['a hub that is down', { hubUrl: 'http://127.0.0.1:9' }, 'unreachable'],
  ] as const)('with %s is refused at once, and nobody is asked', async (_, change, code) => {
    const { person, device, agent } = await scene(world, freshLabel('bob'));
    const session = { ...person.session, ...change };
    await refused(agent.owner.offerSession({ app: person.app, session }), code);
    expect([await agent.owner.approvals(), device.held(), device.prompts()]).toEqual([[], [], 0]);
  });

  test('of an address that belongs to another app here is refused', async () => {
    const { person, agent } = await scene(world, freshLabel('bob'));
    await connect(agent, person);
    const elsewhere = agent.owner.offerSession({ app: OTHER_APP, session: person.session });
    await refused(elsewhere, 'address-taken');
  });
});

describe('a session from the wallet', () => {
  test('answers the page’s question: the person sees it before it counts', async () => {
    const { person, agent, device } = await scene(world, freshLabel('bob'));
    const connecting = agent.page.connect(callerOf(person), {});
    const asked = await question(agent.owner);
    expect(asked).toMatchObject({ session: { state: 'consent' }, place: 'tab 1' });
    await agent.owner.offerSession({ app: person.app, session: person.session, question: asked.id });
    const seen = await question(agent.owner);
    expect(seen).toMatchObject({
      id: asked.id,
      session: { state: 'given', by: 'wallet', address: person.address, name: person.name },
    });
    expect(device.kept()).toEqual([]);
    await agent.owner.decide(asked.id, { approve: true, powers: POWERS });
    expect(await connecting).toMatchObject({ address: person.address, name: person.name });
    expect(await agent.page.list(callerOf(person), undefined)).toMatchObject({ messages: [] });
    expect(device.held()).toEqual([]);
  });

  test('answers where the page turned out to have none', async () => {
    const { person, agent } = await scene(world, freshLabel('bob'));
    const connecting = agent.page.connect(callerOf(person), {});
    const { id } = await question(agent.owner);
    await refused(agent.owner.readSession(id), 'session-missing');
    await agent.owner.offerSession({ app: person.app, session: person.session, question: id });
    await agent.owner.decide(id, { approve: true, powers: POWERS });
    expect(await connecting).toMatchObject({ address: person.address });
  });

  test('does not answer where one was handed over, whatever comes of it', async () => {
    const { person, agent } = await scene(world, freshLabel('bob'));
    const other = await createPerson(world);
    const connecting = agent.page.connect(callerOf(person), { session: person.session });
    const { id } = await question(agent.owner);
    await refused(
      agent.owner.offerSession({ app: person.app, session: other.session, question: id }),
      'rejected',
    );
    await refused(agent.owner.readSession(id), 'rejected');
    await agent.owner.decide(id, { approve: true, powers: POWERS });
    expect(await connecting).toMatchObject({ address: person.address });
  });

  test('that does not hold leaves the question as it was', async () => {
    const { person, agent, device } = await scene(world, freshLabel('bob'));
    const connecting = agent.page.connect(callerOf(person), {});
    const { id } = await question(agent.owner);
    const session = { ...person.session, profile: { apps: { [person.app]: 'https://hub.example/x/' } } };
    await refused(agent.owner.offerSession({ app: person.app, session, question: id }), 'session-refused');
    expect(await question(agent.owner)).toMatchObject({ id, session: { state: 'consent' } });
    expect(device.held()).toEqual([]);
    await agent.promptClosed();
    await refused(connecting, 'rejected');
  });

  test('comes too late for a question that is answered, or that is another app’s', async () => {
    const { person, agent, device } = await scene(world, freshLabel('bob'));
    const connecting = agent.page.connect(callerOf(person), {});
    const { id } = await question(agent.owner);
    const elsewhere = agent.owner.offerSession({ app: OTHER_APP, session: person.session, question: id });
    await refused(elsewhere, 'rejected');
    await agent.owner.decide(id, { approve: false });
    await refused(connecting, 'rejected');
    const late = agent.owner.offerSession({ app: person.app, session: person.session, question: id });
    await refused(late, 'rejected');
    expect([device.held(), device.kept()]).toEqual([[], []]);
  });
});

describe('a session that nobody handed over', () => {
  test('is read from the page only after the person agreed', async () => {
    const { person, device } = await scene(world);
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
    const { person, agent } = await scene(world);
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
    const { person, device, agent } = await scene(world);
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
    const { person, device } = await scene(world);
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
    const { person, device } = await scene(world);
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
