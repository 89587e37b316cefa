import type { Agent } from '../../src/agent/agent.ts';
import type { Origin } from '../../src/protocol/ids.ts';
import type { Timer } from '../../src/protocol/ports.ts';
import type { ApprovalWindow } from '../platform/prompt.ts';
import type { SessionArea } from '../platform/vault-look.ts';

/**
 * What follows when the approval window is gone.
 *
 *     closed by itself, after the last answer ──> shown again for what was asked meanwhile
 *     closed ──> declined at once ──the browser goes on──> counted as the person's no
 *                                 ──the browser ends──> not counted, for it was what closed the window
 *     the worker ended between a question and its window ──> shown by the next one
 *     the browser began anew, or Letterbox was updated ──> what was left open is withdrawn
 *
 * Both notes are in `storage.session`, which outlives the worker and ends with the browser.
 */
export interface WindowClosed {
  closed(windowId: number): Promise<void>;
  /** A worker started: before any page is heard. */
  started(agent: Agent): Promise<void>;
}

export interface WindowClosedParts {
  readonly prompt: ApprovalWindow;
  readonly agent: () => Promise<Agent>;
  readonly session: SessionArea;
  readonly timer: Timer;
  readonly report: (error: unknown) => void;
}

/** There from the browser's first worker on. */
const GOES_ON = 'browser-goes-on';
/** The apps that were declined and not counted yet. */
const DECLINED = 'declined-apps';
/** Milliseconds in which a browser that closes its windows to end is gone. */
const ENDS_WITHIN = 3000;

export function createWindowClosed(parts: WindowClosedParts): WindowClosed {
  const { prompt, session, timer } = parts;

  async function count(agent: Agent): Promise<void> {
    const { [DECLINED]: declined } = await session.get(DECLINED);
    if (!Array.isArray(declined)) return;
    await session.remove(DECLINED);
    await agent.countDeclined(declined as Origin[]); // our own note
  }

  async function decline(agent: Agent): Promise<void> {
    await count(agent); // a window came up since, so the browser went on after that one
    const declined = await agent.promptClosed();
    if (declined.length === 0) return;
    await session.set({ [DECLINED]: declined });
    timer.after(ENDS_WITHIN, () => void count(agent).catch(parts.report));
  }

  async function showOpen(agent: Agent): Promise<void> {
    if ((await agent.owner.overview()).approvals > 0) await prompt.show();
  }

  return {
    async closed(windowId) {
      const by = await prompt.closedBy(windowId);
      if (by === undefined) return;
      const agent = await parts.agent();
      if (by === 'person') await decline(agent);
      else await showOpen(agent);
    },
    async started(agent) {
      const { [GOES_ON]: goesOn } = await session.get(GOES_ON);
      if (goesOn !== true) {
        await agent.promptLost();
        await session.set({ [GOES_ON]: true });
        return;
      }
      await count(agent);
      // not waited for: nobody is heard before this is over
      if (!(await prompt.isUp())) void showOpen(agent).catch(parts.report);
    },
  };
}
