import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSocket } from '../../extension/platform/socket.ts';
import type { Agent } from '../../src/agent/agent.ts';
import type { ServerHealth } from '../../src/agent/owner-api.ts';
import type { Fetch } from '../../src/protocol/ports.ts';
import { byInvite } from '../../src/server/admission.ts';
import { createInvite } from '../../src/server/invites.ts';
import { createLetterboxTransport } from '../../src/transports/letterbox.ts';
import { connect, createDevice } from './device.ts';
import { createPerson, nodeFetch, START, startWorld, type TestServer, type World } from './world.ts';
import { refused } from '../contracts/transport.ts';

const KEY = new Uint8Array(32).fill(7);
let world: World;
let club: TestServer;
beforeAll(async () => {
  world = await startWorld();
  club = await world.startServer(byInvite(KEY));
});
afterAll(() => world.stop());

const codeFor = (id: string, uses: number) =>
  createInvite({ id, uses, exp: Math.floor(START / 1000) + 86_400 }, KEY);

/** Somebody who prefers the club, and has been there once without a code. */
async function stranger() {
  const person = await createPerson(world);
  const device = await createDevice(world);
  const agent = device.start();
  await connect(agent, person);
  const server = { type: 'letterbox', url: club.url } as const;
  await agent.owner.setServers(person.address, [server]);
  await agent.work();
  const health = () => healthIn(agent);
  expect(await health()).toMatchObject({ entry: server, problem: { code: 'not-admitted' } });
  const inbox = person.address;
  const redeem = (code: string) => agent.owner.redeemInvite({ inbox, server, code });
  const links = () => device.store.read(['links'], (tx) => tx.list('links'));
  const link = async () => (await links()).filter(({ entry }) => entry.url === club.url);
  return { device, agent, server, inbox, health, redeem, link };
}

async function healthIn({ owner }: Agent): Promise<ServerHealth | undefined> {
  return (await owner.overview()).apps[0]?.servers[0];
}

test('a code opens an inbox at a server that admits by invitation, and is not kept', async () => {
  const { health, redeem, link } = await stranger();
  await redeem(codeFor('one', 1));
  expect(await health()).toMatchObject({ state: 'fine' });
  expect(await link()).toEqual([expect.not.objectContaining({ invite: expect.anything() })]);
});

test('one that opens nothing is said to, and not shown again; another one still can', async () => {
  const { agent, health, redeem, link } = await stranger();
  await refused(redeem('made.up'), 'not-admitted');
  await agent.owner.syncNow();
  expect(await health()).toMatchObject({ state: 'failed', problem: { code: 'not-admitted' } });
  expect(await link()).toEqual([expect.not.objectContaining({ invite: expect.anything() })]);
  await redeem(codeFor('two', 1));
  expect(await health()).toMatchObject({ state: 'fine' });
});

test('one entered while the server is out of reach is shown once it is back, by another worker too', async () => {
  const { device, server, inbox } = await stranger();
  let isDown = true;
  const fetch: Fetch = async (url, init) => {
    if (isDown && url.startsWith(club.url)) throw new TypeError('network');
    return nodeFetch(url, init);
  };
  const transports = [createLetterboxTransport({ fetch, clock: world.clock, openSocket })];
  const first = device.start({ transports });
  await first.owner.redeemInvite({ inbox, server, code: codeFor('three', 1) });
  expect(await healthIn(first)).toMatchObject({ problem: { code: 'unreachable' } });
  isDown = false;
  const second = device.start({ transports });
  await second.owner.syncNow();
  expect(await healthIn(second)).toMatchObject({ state: 'fine' });
});

test('a server that is not one of the inbox takes no code', async () => {
  const person = await createPerson(world);
  const agent = (await createDevice(world)).start();
  await connect(agent, person);
  const server = { type: 'letterbox', url: club.url } as const;
  await refused(agent.owner.redeemInvite({ inbox: person.address, server, code: 'a.b' }), 'malformed');
});
