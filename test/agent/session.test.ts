import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../src/protocol/errors.ts';
import { addressOf, parsePrivateKey, publicKeyOf } from '../../src/protocol/ids.ts';
import { refused } from '../contracts/transport.ts';
import { otherAddress, scene } from './app-scene.ts';
import { callerOf, connect, POWERS, question } from './device.ts';
import { createPerson, freshLabel, OTHER_APP, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

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
    [
      'another bucket',
      (session) => ({ ...session, gaiaHubConfig: { address: otherAddress() } }),
      'key-mismatch',
    ],
    [
      'another bucket in its profile',
      (session) => ({
        ...session,
        profile: { apps: { 'https://someawesome.app': `https://hub.example/${otherAddress()}/` } },
      }),
      'key-mismatch',
    ],
  ];

  test.each(cases)('%s', async (_, change, code) => {
    const { person, agent, device } = await scene(world);
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
    const { person, agent } = await scene(world, freshLabel('ann'));
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
    const { person, agent } = await scene(world);
    await connect(agent, person);
    const connecting = agent.page.connect(callerOf({ app: OTHER_APP }), { session: person.session });
    expect(await question(agent.owner)).toMatchObject({
      session: { state: 'refused', problem: { code: 'address-taken' } },
    });
    await agent.promptClosed();
    await refused(connecting, 'address-taken');
  });

  test('a hub that is down can be tried again', async () => {
    const { person, device } = await scene(world);
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

function addressIn(session: object): string {
  return addressOf(publicKeyOf(parsePrivateKey((session as { appPrivateKey: string }).appPrivateKey)));
}
