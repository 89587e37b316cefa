import browser from 'webextension-polyfill';
import { LetterboxError } from '../../src/protocol/errors.ts';
import { parseOrigin, type Origin } from '../../src/protocol/ids.ts';
import { takeWanted } from './origins-wanted.ts';
import { canEnable, patternOf } from './origin-pattern.ts';
import { injectScripts, registerScripts } from './site-scripts.ts';
import { nudge, tabsOf } from './tabs.ts';
import { createTurns } from './turns.ts';

/**
 * The sites where the person turned Letterbox on: a list of ours, the browser's permission, and the scripts that follow
 * from both. A site is on while it is listed *and* permitted, so that a permission taken away in the browser and given
 * back there is as it was.
 */
export interface OriginRegistry {
  readonly isEnabled: (origin: Origin) => Promise<boolean>;
  list(): Promise<readonly Origin[]>;
  /** @throws LetterboxError `not-allowed` without the browser's permission */
  enable(origin: Origin): Promise<void>;
  disable(origin: Origin): Promise<void>;
  /** The browser's permissions changed: scripts follow, and a site that was being asked for is turned on. */
  permissionsChanged(): Promise<void>;
  /** After an update or a restart: scripts registered anew, and put into the pages that are open. */
  restore(): Promise<void>;
}

const LIST = 'origins';

/** The list is no secret and outlives the browser: `storage.local`. Changes run one after the other. */
export function createOriginRegistry(): OriginRegistry {
  const inTurn = createTurns();
  return {
    list: enabled,
    isEnabled: async (origin) => (await read()).includes(origin) && isPermitted(origin),
    enable: (origin) => inTurn(() => enable(origin)),
    disable: (origin) => inTurn(() => disable(origin)),
    permissionsChanged: () => inTurn(permissionsChanged),
    restore: () => inTurn(putScripts),
  };
}

async function enable(origin: Origin): Promise<void> {
  if (!canEnable(origin) || !(await isPermitted(origin))) {
    throw new LetterboxError('not-allowed', { method: 'enable' });
  }
  const origins = await read();
  if (!origins.includes(origin)) await write([...origins, origin]);
  await putScripts();
}

async function disable(origin: Origin): Promise<void> {
  const rest = (await read()).filter((one) => one !== origin);
  await write(rest);
  await putScripts();
  for (const tab of await tabsOf(origin)) await nudge(tab, 'off');
  const pattern = patternOf(origin);
  if (!rest.some((one) => patternOf(one) === pattern))
    await browser.permissions.remove({ origins: [pattern] });
}

async function permissionsChanged(): Promise<void> {
  const noted = await takeWanted();
  const wanted = noted === undefined ? undefined : parseOrigin(noted, 'wanted');
  if (wanted !== undefined && (await isPermitted(wanted))) await enable(wanted);
  else await putScripts();
}

/** Registers the scripts for the sites that are on, and runs them in those of their pages that are open. */
async function putScripts(): Promise<void> {
  const origins = await enabled();
  await registerScripts([...new Set(origins.map((origin) => patternOf(origin)))]);
  for (const origin of origins) for (const tab of await tabsOf(origin)) await injectScripts(tab);
}

async function enabled(): Promise<Origin[]> {
  const origins: Origin[] = [];
  for (const origin of await read()) if (await isPermitted(origin)) origins.push(origin);
  return origins;
}

function isPermitted(origin: Origin): Promise<boolean> {
  return browser.permissions.contains({ origins: [patternOf(origin)] });
}

async function read(): Promise<Origin[]> {
  const { [LIST]: origins } = await browser.storage.local.get(LIST);
  return Array.isArray(origins) ? origins.map((origin) => parseOrigin(origin)) : [];
}

function write(origins: readonly Origin[]): Promise<void> {
  return browser.storage.local.set({ [LIST]: origins });
}
