import browser from 'webextension-polyfill';
import type { Agent } from '../../src/agent/agent.ts';
import type { OriginRegistry } from '../platform/origin-registry.ts';

const WELCOME = 'settings/index.html#welcome';

/**
 * What follows an installation or an update: scripts are put back; where there is nothing yet, the person chooses how
 * their keys are guarded.
 */
export function createInstalled(
  origins: OriginRegistry,
  agent: () => Promise<Agent>,
): (reason: string) => Promise<void> {
  return async (reason) => {
    await origins.restore();
    if (reason !== 'install') return;
    const { apps, vault } = await (await agent()).owner.overview();
    if (apps.length > 0 || vault.state !== 'none') return;
    await browser.tabs.create({ url: browser.runtime.getURL(WELCOME) });
  };
}
