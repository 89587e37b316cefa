import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../src/protocol/errors.ts';
import { refused } from '../contracts/transport.ts';
import { otherAddress, scene } from './app-scene.ts';
import { callerOf, connect, ALL_POWERS } from './device.ts';
import { createMallory } from './mallory.ts';
import { createPerson, OTHER_APP, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

describe('what a page may do', () => {
  test('nothing before it is connected', async () => {
    const { person, agent } = await scene(world);
    const caller = callerOf(person);
    await refused(agent.page.list(caller, undefined), 'not-connected');
    await refused(agent.page.send(caller, { to: 'bob.id.blockstack', body: 'x' }), 'not-connected');
    await refused(agent.page.markRead(caller, []), 'not-connected');
    expect(await agent.page.mayListen(caller, 'message')).toBe(false);
  });

  test('only what it was granted', async () => {
    const { person, agent } = await scene(world);
    await connect(agent, person, {});
    const caller = callerOf(person);
    await refused(agent.page.list(caller, undefined), 'not-allowed');
    await refused(agent.page.send(caller, { to: 'bob.id.blockstack', body: 'x' }), 'not-allowed');
    await refused(agent.page.markRead(caller, []), 'not-allowed');
    expect(await agent.page.mayListen(caller, 'message')).toBe(false);
  });

  test('loses it when it is taken back, and hears so', async () => {
    const { person, agent, device } = await scene(world);
    await connect(agent, person);
    await agent.owner.revoke(person.app, 'read');
    expect(device.told).toContainEqual({ event: 'disconnect', detail: { reason: 'revoked' } });
    await refused(agent.page.list(callerOf(person), undefined), 'not-allowed');
  });

  test('reads and hears its own app’s messages only', async () => {
    const { person, agent, device } = await scene(world);
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
      { to: { address: otherAddress(), bucket: `https://h.example/${otherAddress()}/` }, body: 'x' },
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
    [
      'mark what it never had',
      'markRead',
      [{ from: otherAddress(), id: 'AAAAAAAAAAAAAAAAAAAAAA' }],
      'malformed',
    ],
  ];

  test.each(inputs)('bad input: %s', async (_, method, input, code) => {
    const { person, agent, device } = await scene(world);
    await connect(agent, person, ALL_POWERS);
    await refused(agent.page[method](callerOf(person), input), code);
    expect(await agent.owner.outbox()).toEqual([]);
    expect(device.prompts()).toBe(1);
  });
});
