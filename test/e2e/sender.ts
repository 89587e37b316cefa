import 'fake-indexeddb/auto';
import { randomBytes } from 'node:crypto';
import { openStore } from '../../extension/platform/store.ts';
import { openSocket } from '../../extension/platform/socket.ts';
import { createAgent } from '../../src/agent/agent.ts';
import type { Keys } from '../../src/agent/ports.ts';
import { signInHeadless } from '../../src/devnet/headless.ts';
import type { World } from '../../src/devnet/world.ts';
import { stacksCipher } from '../../src/protocol/envelope.ts';
import { parseOrigin } from '../../src/protocol/ids.ts';
import type { Fetch } from '../../src/protocol/ports.ts';
import { createLetterboxTransport } from '../../src/transports/letterbox.ts';
import { until } from '../../scripts/journey/wait.ts';

const nodeFetch: Fetch = (url, init) => fetch(url, init as RequestInit);
const clock = { now: () => Date.now() };

/**
 * Alice at another machine: the same agent without a browser around it, signed in to the first demo app.
 * @returns what sends a text from her page and resolves when the recipient's server has taken it
 */
export async function startSender(world: World): Promise<(to: string, text: string) => Promise<void>> {
  const app = parseOrigin(world.apps[0]);
  const session = await signInHeadless(world, 'alice', app);
  const agent = createAgent({
    store: await openStore('alice'),
    keys: keysInMemory(),
    clock,
    timer: { after: () => () => undefined },
    random: { bytes: (length) => new Uint8Array(randomBytes(length)) },
    fetch: nodeFetch,
    cipher: stacksCipher,
    transports: [createLetterboxTransport({ fetch: nodeFetch, clock, openSocket })],
    prompt: { show: () => Promise.resolve() },
    sessions: { read: () => Promise.resolve(undefined) },
    notifier: { changed: () => undefined, page: () => undefined },
  });
  await agent.owner.saveSettings({
    registry: world.registry,
    defaultServer: world.server,
    receipts: true,
    development: true,
  });
  const connected = agent.page.connect({ app, place: 'tab:1', request: 'connect' }, { session });
  const { id } = await until('Alice is asked', async () => (await agent.owner.approvals())[0]);
  const grants = { read: true, send: true, sendWithoutAsking: true, expires: 4_000_000_000 };
  await agent.owner.decide(id, { approve: true, grants });
  await connected;

  return async (to, text) => {
    await agent.page.send({ app, place: 'tab:1', request: text }, { to, body: text });
    await agent.work();
    await until('the message is at his server', async () =>
      (await agent.owner.outbox()).some((item) => item.text === text && item.state === 'accepted'),
    );
  };
}

function keysInMemory(): Keys {
  const kept = new Map<string, unknown>();
  const remove = (key: string): Promise<void> => {
    kept.delete(key);
    return Promise.resolve();
  };
  return {
    get: (inbox) => Promise.resolve(kept.get(inbox) as Awaited<ReturnType<Keys['get']>>),
    put: (inbox, key) => Promise.resolve(void kept.set(inbox, key)),
    delete: remove,
    hold: (approval, session) => Promise.resolve(void kept.set(approval, session)),
    held: (approval) => Promise.resolve(kept.get(approval)),
    release: remove,
  };
}
