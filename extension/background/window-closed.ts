import type { Agent } from '../../src/agent/agent.ts';
import type { ApprovalWindow } from '../platform/prompt.ts';

/**
 * What follows when a window is gone. The approval window closed by the person declines what it asked; closed by
 * itself after the last answer, it makes room for what a page has asked meanwhile.
 */
export function createWindowClosed(
  prompt: ApprovalWindow,
  agent: () => Promise<Agent>,
): (windowId: number) => Promise<void> {
  return async (windowId) => {
    const by = await prompt.closedBy(windowId);
    if (by === undefined) return;
    const asked = await agent();
    if (by === 'person') await asked.promptClosed();
    else if ((await asked.owner.overview()).approvals > 0) await prompt.show();
  };
}
