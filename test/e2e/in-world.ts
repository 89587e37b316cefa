import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserOptions, ExtensionBrowser } from '../../scripts/journey/browser.ts';
import { startWorld, type World, type WorldOptions } from '../../src/devnet/world.ts';
import { launchBrowser } from './launch.ts';

/** A world, and the browser of someone who lives in it, with nothing turned on or connected yet. */
export interface InWorld {
  readonly world: World;
  readonly browser: ExtensionBrowser;
  /** Ends both; nothing is left of them. */
  readonly end: () => Promise<void>;
}

/** Names of the people there are of BNS v1 where absent; so is a folder for the profile, where nobody has to know it. */
export async function startInWorld(
  name: string,
  { names = {}, ...profile }: Pick<WorldOptions, 'names'> & Pick<BrowserOptions, 'profile'> = {},
): Promise<InWorld> {
  const dataDir = await mkdtemp(join(tmpdir(), `letterbox-${name}-`));
  const world = await startWorld({ dataDir, names });
  const browser = await launchBrowser({ headless: true, ...profile });
  await liveIn(browser, world);
  return {
    world,
    browser,
    end: async () => {
      await browser.close();
      await world.stop();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The settings that newly connected apps and names depend on, saved as the settings page saves them. */
async function liveIn(browser: ExtensionBrowser, world: World): Promise<void> {
  const settings = await browser.openView('settings', 'general');
  const answer = await settings.evaluate(
    (places) => {
      const chosen = { ...places, receipts: true, development: true };
      return chrome.runtime.sendMessage({ to: 'owner', method: 'saveSettings', args: [chosen] });
    },
    { registries: { bns: [world.registry], bnsv2: [world.registry] }, defaultServer: world.server },
  );
  if (answer === undefined || 'error' in answer) throw new Error(`not saved: ${JSON.stringify(answer)}`);
  await settings.close();
}
