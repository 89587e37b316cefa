import { ALL_POWERS, callerOf, connect, createDevice, type Device } from '../../../agent/device.ts';
import { createPerson, type World } from '../../../agent/world.ts';

export const PASSPHRASE = 'four quiet herons wade';

/**
 * A device on which something of everything is kept: a message that is read and one that is not, one deleted, one from a
 * stranger; one sent and answered by a receipt, one that has not gone out; someone blocked; a vault with a key in it.
 */
export async function live(world: World): Promise<Device> {
  const [alice, bob, carol, dave] = [
    await createPerson(world, 'alice'),
    await createPerson(world, 'bob'),
    await createPerson(world),
    await createPerson(world),
  ];
  const his = await createDevice(world);
  const agent = his.start();
  await connect(agent, bob, ALL_POWERS);
  const to = { address: bob.address, bucket: bob.bucket };
  const hers = (await createDevice(world)).start();
  await connect(hers, alice, ALL_POWERS);
  for (const body of ['The ferry leaves at nine.', 'It leaves at ten.', 'Never mind.'])
    await hers.page.send(callerOf(alice), { to, body });
  for (const stranger of [carol, dave]) {
    const theirs = (await createDevice(world)).start();
    await connect(theirs, stranger, ALL_POWERS);
    await theirs.page.send(callerOf(stranger), { to, body: 'You do not know me.' });
    await theirs.work();
  }
  await hers.work();
  await agent.owner.syncNow();
  await agent.owner.accept({ inbox: bob.address, from: alice.address });
  await agent.owner.block({ inbox: bob.address, from: dave.address });
  await agent.work();
  const back = { address: alice.address, bucket: alice.bucket };
  await agent.page.send(callerOf(bob), { to: back, body: 'Yes.' });
  await agent.work();
  await hers.owner.syncNow();
  await agent.owner.syncNow();
  const { entries } = await agent.owner.messages({ limit: 10 });
  const saying = (text: string) =>
    entries.filter(({ content }) => content.state === 'readable' && content.text === text);
  await agent.owner.remove(saying('Never mind.'));
  await agent.owner.markRead(saying('The ferry leaves at nine.'), true);
  await agent.work();
  await agent.owner.setPassphrase(PASSPHRASE);
  await agent.work();
  const idle = his.start({ fetch: () => Promise.reject(new TypeError('no network')) });
  await idle.page.send(callerOf(bob), { to: back, body: 'Wait.' });
  await idle.work();
  return his;
}
