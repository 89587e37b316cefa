import 'fake-indexeddb/auto';
import { randomBytes } from 'node:crypto';
import { createKeyring } from '../../extension/platform/keyring.ts';
import { openStore } from '../../extension/platform/store.ts';
import { openSocket } from '../../extension/platform/socket.ts';
import { createAgent } from '../../src/agent/agent.ts';
import { signInHeadless } from '../../src/devnet/headless.ts';
import type { World } from '../../src/devnet/world.ts';
import { stacksCipher } from '../../src/protocol/envelope.ts';
import { parseOrigin } from '../../src/protocol/ids.ts';
import type { Fetch, Random } from '../../src/protocol/ports.ts';
import { createLetterboxTransport } from '../../src/transports/letterbox.ts';
import { createMemoryArea } from '../agent/memory-area.ts';
import { until } from '../../scripts/journey/wait.ts';

const nodeFetch: Fetch = (url, init) => fetch(url, init as RequestInit);
const random: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) };
const clock = { now: () => Date.now() };

/**
 * Alice at another machine: the same agent without a browser around it, signed in to the first demo app.
 * @param fetch her way into the web
 * @returns what sends a text from her page and resolves when the recipient's server has taken it
 */
export async function startSender(
  world: World,
  fetch: Fetch = nodeFetch,
): Promise<(to: string, text: string) => Promise<void>> {
  const app = parseOrigin(world.apps[0]);
  const session = await signInHeadless(world, 'alice', app);
  const disk = await openStore('alice');
  const agent = createAgent({
    ...createKeyring({ session: createMemoryArea(), disk, clock, random }),
    clock,
    timer: { after: () => () => undefined },
    random,
    fetch,
    cipher: stacksCipher,
    transports: [createLetterboxTransport({ fetch, clock, openSocket })],
    prompt: { show: () => Promise.resolve() },
    sessions: { read: () => Promise.resolve(undefined) },
    notifier: { changed: () => undefined, page: () => undefined },
  });
  await agent.owner.saveSettings({
    registries: { bns: [world.registry], bnsv2: [world.registry] },
    defaultServer: world.server,
    receipts: true,
    development: true,
    autoLock: 'never',
  });
  const connected = agent.page.connect({ app, place: 'tab:1', request: 'connect' }, { session });
  const { id } = await until('Alice is asked', async () => (await agent.owner.approvals())[0]);
  const powers = { read: 'revoked', send: 'revoked', sendWithoutAsking: 86_400 } as const;
  await agent.owner.decide(id, { approve: true, powers });
  await connected;

  return async (to, text) => {
    await agent.page.send({ app, place: 'tab:1', request: text }, { to, body: text });
    await agent.work();
    await until('the message is at his server', async () =>
      (await agent.owner.outbox()).some((item) => item.text === text && item.state === 'accepted'),
    );
  };
}
