import browser from 'webextension-polyfill';
import type { Agent } from '../../src/agent/agent.ts';
import { lockIfAway, lockWithScreen } from './auto-lock.ts';
import { createNetwork } from './network.ts';

/** Milliseconds between two rounds: a 60 s alarm lets the worker sleep in between, a 30 s one would not. */
const ROUND = 'work';
const ROUND_MINUTES = 1;
/** Seconds without input until the person counts as away. */
const IDLE_AFTER = 60;

/** What runs by itself: a round of work each minute, and hints as they come while the person is there. */
export interface Jobs {
  /** The alarm went off. */
  alarm(name: string): Promise<void>;
  /** The person came back or went away; each round asks for it, too. */
  idle(state: 'active' | 'idle' | 'locked'): Promise<void>;
  /** The network came or went; each round asks for it, too. */
  network(): Promise<void>;
  /**
   * The worker started: whatever is due, and listening if the person is there.
   * @param first what an earlier run has to finish before
   */
  start(first: () => Promise<void>): Promise<void>;
}

export function createJobs(agent: () => Promise<Agent>): Jobs {
  async function idle(state: 'active' | 'idle' | 'locked'): Promise<void> {
    if (state === 'active') await (await agent()).listen();
    else (await agent()).unlisten();
    if (state === 'locked') await lockWithScreen((await agent()).owner);
  }

  const network = createNetwork({
    isOnline: () => navigator.onLine,
    session: browser.storage.session,
    online: async () => (await agent()).online(),
  });

  const look = async (): Promise<void> => idle(await browser.idle.queryState(IDLE_AFTER));

  return {
    idle,
    network,
    async alarm(name) {
      if (name !== ROUND) return;
      await lockIfAway((await agent()).owner, (seconds) => browser.idle.queryState(seconds));
      await look();
      await network();
      await (await agent()).work();
    },
    async start(first) {
      await first();
      browser.idle.setDetectionInterval(IDLE_AFTER);
      // created again it would start over, and never go off in a worker that starts more often
      if ((await browser.alarms.get(ROUND)) === undefined) {
        await browser.alarms.create(ROUND, { periodInMinutes: ROUND_MINUTES });
      }
      await look();
      await network();
      await (await agent()).work();
    },
  };
}
