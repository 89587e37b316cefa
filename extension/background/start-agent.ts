import { createAgent, type Agent } from '../../src/agent/agent.ts';
import type { Prompt } from '../../src/agent/ports.ts';
import { withTimeout } from '../../src/gaia/web.ts';
import { createMailCrypto } from '../../src/protocol/mail-crypto.ts';
import { createLetterboxTransport } from '../../src/transports/letterbox.ts';
import type { Changes } from '../platform/changes.ts';
import { clock } from '../platform/clock.ts';
import { createKeyring } from '../platform/keyring.ts';
import { loadCurve } from '../platform/load-curve.ts';
import { random } from '../platform/random.ts';
import { closeStorage, sessionArea } from '../platform/session-area.ts';
import { sessionReader } from '../platform/session-reader.ts';
import { openSocket } from '../platform/socket.ts';
import { openStore } from '../platform/store.ts';
import { timer } from '../platform/timer.ts';
import { webFetch } from '../platform/web-fetch.ts';
import { createNotifier } from './notifier.ts';
import type { Pages } from './pages.ts';

/** Milliseconds for a whole exchange: a dead hub must not hold up the mail of the others for long. */
const DEADLINE = 20_000;

export interface AgentParts {
  readonly prompt: Prompt;
  readonly pages: Pages;
  readonly changes: Changes;
  /** Comes before anybody is heard. */
  readonly first: (agent: Agent) => Promise<void>;
}

/** The agent with the browser around it. */
export async function startAgent({ prompt, pages, changes, first }: AgentParts): Promise<Agent> {
  await closeStorage();
  const disk = await openStore();
  const fetch = withTimeout(webFetch, () => AbortSignal.timeout(DEADLINE));
  const notifier = createNotifier({ pages, changes, agent: () => agent });
  const agent: Agent = createAgent({
    ...createKeyring({ session: sessionArea, disk, clock, random, damaged: () => notifier.changed() }),
    clock,
    timer,
    random,
    fetch,
    ...createMailCrypto(loadCurve, reportError),
    transports: [createLetterboxTransport({ fetch, clock, openSocket })],
    prompt,
    sessions: sessionReader,
    notifier,
    report: reportError,
  });
  await first(agent);
  notifier.changed();
  return agent;
}
