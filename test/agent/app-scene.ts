import { addressOf, parsePrivateKey, publicKeyOf, type Address } from '../../src/protocol/ids.ts';
import type { Agent } from '../../src/agent/agent.ts';
import { callerOf, createDevice, POWERS, question } from './device.ts';
import { createPerson, random, type Person, type World } from './world.ts';

/** Someone in an app, and a device of theirs on which nothing is connected yet. */
export async function scene(world: World, label?: string) {
  const person = await createPerson(world, label);
  const device = await createDevice(world);
  return { person, device, agent: device.start() };
}

/** The page hands nothing over, and the person lets Letterbox read what is there. */
export async function connectBySession(agent: Agent, person: Person): Promise<void> {
  const connecting = agent.page.connect(callerOf(person), {});
  const { id } = await question(agent.owner);
  await agent.owner.readSession(id);
  await agent.owner.decide(id, { approve: true, powers: POWERS });
  await connecting;
}

/** An address of somebody else's. */
export function otherAddress(): Address {
  return addressOf(publicKeyOf(parsePrivateKey(Buffer.from(random.bytes(32)).toString('hex'))));
}
